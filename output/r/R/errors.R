# Conditions. All errors of the package have the class vt_error; the exit code of the program says which.

kinds_of_errors <- c("2" = "vt_scenario_error", "4" = "vt_device_error", "5" = "vt_internal_error",
                     "74" = "vt_io_error", "75" = "vt_interrupted", "130" = "vt_interrupted")

# Throws an error of class `kind` and vt_error. `...` become elements of the condition.
fail <- function(message, ..., kind = NULL) {
  stop(structure(class = c(kind, "vt_error", "error", "condition"), list(message = message, call = NULL, ...)))
}

# Throws the error that a run of the program ended with. `told` is what run_program() returned.
fail_of <- function(told) {
  problems <- problems_of(told$out)
  said <- if (length(error_of(told$out)) > 0) error_of(told$out) else told$err
  text <- if (nrow(problems) > 0) {
    paste(c(sprintf("%d %s in the scenario:", nrow(problems), if (nrow(problems) == 1) "problem" else "problems"),
            in_words(problems)), collapse = "\n")
  } else if (length(said) > 0) {
    paste(said, collapse = "\n")
  } else {
    sprintf("vtrial ended with exit code %d; what it said is above", told$exit)
  }
  if (told$exit %in% c(75, 130)) text <- paste0(text, "\nvt_run(..., resume = TRUE) with the same output goes on from there")
  kind <- kinds_of_errors[as.character(told$exit)]
  fail(text, kind = if (is.na(kind)) NULL else unname(kind), exit = told$exit, problems = problems)
}

# A line of text for each row of a table of problems: file:line:column: message.
in_words <- function(problems) {
  place <- ifelse(is.na(problems$line), problems$file, paste(problems$file, problems$line, problems$column, sep = ":"))
  ifelse(place == "", problems$message, paste0(place, ": ", problems$message))
}
