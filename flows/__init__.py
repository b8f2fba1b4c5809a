"""What is done, in Prefect. How it is done stands in ``copydesk``; nothing here knows a rule."""
