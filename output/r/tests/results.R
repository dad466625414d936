# Every number of the results, read by this package, is what another reader found. VTRIAL_R_EXPECTED names a folder with
# results and tables of what is expected; index.csv there lists them. Without it there is nothing to compare with.
library(vtrial)

folder <- Sys.getenv("VTRIAL_R_EXPECTED")
if (folder == "") {
  cat("VTRIAL_R_EXPECTED names no folder: nothing is compared\n")
  quit(status = 0)
}

read_texts <- function(path) {
  utils::read.csv(path, colClasses = "character", check.names = FALSE, na.strings = character(), encoding = "UTF-8")
}
calls <- list(
  tally = function(r, name) vt_tally(r, name, curve = FALSE), curve = vt_tally, table = vt_table,
  patients = function(r, name) vt_patients(r), tests = function(r, name) vt_tests(r),
  daily = function(r, name) vt_daily(r), concentrations = function(r, name) vt_concentrations(r),
  decisions = function(r, name) vt_decisions(r), doses = function(r, name) vt_doses(r))

index <- read_texts(file.path(folder, "index.csv"))
stopifnot(nrow(index) > 40, all(names(calls) %in% index$call))
compared <- 0
for (i in seq_len(nrow(index))) {
  one <- index[i, ]
  wanted <- read_texts(one$table)
  found <- calls[[one$call]](one$results, one$argument)
  where <- paste(basename(one$results), one$call, one$argument)
  if (!setequal(names(found), names(wanted)) || nrow(found) != nrow(wanted))
    stop(where, ": columns ", toString(names(found)), ", ", nrow(found), " rows; wanted ", toString(names(wanted)), ", ",
         nrow(wanted), " rows")
  for (name in names(wanted)) {
    values <- as.vector(found[[name]])
    same <- if (is.numeric(values)) {
      number <- as.numeric(wanted[[name]])  # hexadecimal: exact
      (is.nan(values) & is.nan(number)) | (!is.na(values) & !is.na(number) & values == number)
    } else {
      ifelse(is.na(values), "NA", as.character(values)) == wanted[[name]]
    }
    if (!all(same)) stop(where, ", column ", name, ": ", values[!same][1], " instead of ", wanted[[name]][!same][1])
    compared <- compared + length(same)
  }
}
cat(compared, "values are as expected\n")

r <- vt_open(index$results[1])
stopifnot(r$kind == "trial", setequal(r$tallies, index$argument[index$results == index$results[1] & index$call == "tally"]))
tallies <- vt_tallies(r)
stopifnot(identical(tallies, summary(r)), tallies$units[tallies$tally == "level"] == "ng/mL",
          tallies$axes[tallies$tally == "one cell"] == "", tallies$cells[tallies$tally == "one cell"] == 1)
level <- vt_tally(r, "level")
stopifnot(attr(level$q50, "units") == "ng/mL", attr(level$visit_day, "units") == "day", is.null(attr(level$evaluable, "units")),
          attr(vt_patients(r)$weight, "units") == "kg", attr(vt_daily(r)$trough, "units") == "ng/mL")
part <- level[level$arm == "guided", ]
stopifnot(inherits(part, "vt_tally"), identical(attr(part, "axes"), c("arm", "visit")), is.factor(level[, "arm"]))
origin <- vt_provenance(r)
stopifnot(origin$replicates == 2, origin$patients == 120, length(origin$notes) > 0, grepl("[record]", origin$scenario, fixed = TRUE))
stopifnot(nrow(vt_failures(r)) == 0)
printed <- utils::capture.output(print(r), print(part), print(origin))
stopifnot(any(grepl("ng/mL", printed)), any(grepl("content_hash", printed)))

# Kinds of columns, which files of earlier programs lack
other <- file.path(folder, "other.h5")
message_of <- function(code) tryCatch({ code; "no error" }, vt_error = conditionMessage)
covariates <- vt_patients(r, "covariate")
stopifnot("weight_kg" %in% names(covariates), !"eta.CL" %in% names(covariates), "eta.CL" %in% names(vt_patients(r, c("eta", "covariate"))),
          identical(vt_decisions(other), vt_decisions(r)), identical(vt_patients(other), vt_patients(r)),
          grepl("have no kinds", message_of(vt_patients(other, "eta"))), attr(vt_doses(r)$taken, "units") == "mg")

# What a file has not is an error or an empty table, and says so.
lives <- vt_open(index$results[nrow(index)])
stopifnot(grepl("there is no tally 'nothing' (there are: ", message_of(vt_tally(r, "nothing")), fixed = TRUE),
          grepl("no decisions are in this file", message_of(vt_decisions(lives))),
          grepl("no doses are in this file", message_of(vt_doses(lives))),
          grepl("has no group nothing", message_of(vt_table(r, "nothing"))),
          grepl("it is no study", message_of(vt_points(r))),
          grepl("there is no file", message_of(vt_open("nothing.h5"))),
          grepl("cannot be read", message_of(vt_open(index$table[1]))))

if (requireNamespace("ggplot2", quietly = TRUE)) {
  for (name in c("major_response", "level", "one cell", "profile", "response_by_level"))
    stopifnot(inherits(ggplot2::ggplot_build(ggplot2::autoplot(vt_tally(r, name))), "ggplot_built"))
  curve <- ggplot2::ggplot_build(ggplot2::autoplot(vt_tally(r, "time_to_progression")))
  stopifnot(length(curve$data) == 3, setequal(curve$data[[1]]$y, vt_tally(r, "time_to_progression")$survival))
  pairs <- ggplot2::ggplot_build(ggplot2::autoplot(vt_tally(lives, "mmr_of_pairs")))
  stopifnot(nrow(pairs$data[[1]]) == 3)
}
