"""The second flow: what is published, checked against what it says of itself."""

# Annotations stay values here: Prefect hands a served flow to another process without the names that they would need.
from collections.abc import Sequence

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, Field

from copydesk.errors import NotVerified
from copydesk.flows.ends import HOOKS, NOTIFY, run_name
from copydesk.report import shown
from copydesk.store.place import Place, as_place
from copydesk.verify import Finding, Verified, verify_each
from copydesk.verify.verified import said_of_all

_MOST_ROWS = 100


class VerifyParams(BaseModel):
    """What is checked. Paths are those of the machine that runs it."""

    dataset: str = Field("dataset", description="Folder of published versions, or the URL of one.")
    all_versions: bool = Field(True, description="Every version, or the latest alone.")
    notify: str | None = Field(None, description=NOTIFY)


@flow(name="verify-dataset", flow_run_name=run_name, persist_result=False, **HOOKS)
def verify_dataset(params: VerifyParams) -> str:
    """Reads every byte of every version, and rebuilds every text. Raises NotVerified where something differs."""
    seen = check(as_place(params.dataset), params.all_versions)
    findings = [finding for one in seen for finding in one.named]
    if not findings:
        return f"{params.dataset}: {said_of_all(seen)}"
    tell_findings(findings)
    raise NotVerified(
        f"{params.dataset}: {len(findings)} things are not as the versions say. Do not use them; see the run's table."
    )


@task(cache_policy=NO_CACHE)
def check(dataset: Place, all_versions: bool) -> Sequence[Verified]:
    """Each version, with what is not as it should be."""
    return list(verify_each(dataset, all_versions=all_versions))


@task(cache_policy=NO_CACHE)
def tell_findings(findings: Sequence[Finding]) -> None:
    """Leaves the findings on the run's page."""
    rows = [{"check": one.check, "where": shown(one.where), "what": shown(one.what)} for one in findings[:_MOST_ROWS]]
    create_table_artifact(rows, key="verification", description=f"{len(findings)} things are not as they should be")
