# Reads one table of a version with readr and says what arrived: Rscript read.R FILE
file <- commandArgs(trailingOnly = TRUE)[1]
data <- readr::read_csv(file, col_types = readr::cols(.default = "c"), na = "", show_col_types = FALSE, progress = FALSE)
columns <- lapply(names(data), function(name) list(name, class(data[[name]])[1], sum(is.na(data[[name]]) | data[[name]] == "", na.rm = FALSE)))
cat(jsonlite::toJSON(list(rows = nrow(data), columns = columns, version = as.character(utils::packageVersion("readr"))), auto_unbox = TRUE))
