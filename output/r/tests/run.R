# Running the program. VTRIAL_R_SCENARIO names a scenario; without it only the words that entries are put into are tested.
library(vtrial)

toml <- vtrial:::toml_value
stopifnot(
  toml(TRUE, "x") == "true", toml(2L, "x") == "2", toml(1e5, "x") == "100000", toml(1 / 3, "x") == "0.33333333333333331",
  toml(-Inf, "x") == "-inf", toml("24 month", "x") == '"24 month"', toml('a "b" \\ c\n', "x") == '"a \\"b\\" \\\\ c\\n"',
  toml(c("a", "b"), "x") == '["a", "b"]', toml(list("a"), "x") == '["a"]', toml(character(), "x") == "[]",
  toml(factor("b", c("a", "b")), "x") == '"b"', toml(list(list(dose = "400 mg", every = "24 h"), 2), "x") ==
    '[{ "dose" = "400 mg", "every" = "24 h" }, 2]')
refused <- function(code) tryCatch({ code; FALSE }, vt_error = function(e) TRUE)
stopifnot(refused(toml(NA, "x")), refused(toml(NULL, "x")), refused(toml(Sys.Date(), "x")), refused(toml(c(1, NaN), "x")),
          refused(vtrial:::set_arguments(list(1))), refused(vtrial:::whole(2^53, "x")), refused(vtrial:::whole(1.5, "x")))
stopifnot(vtrial:::whole(1e15, "x") == "1000000000000000", vtrial:::whole("18446744073709551615", "x") == "18446744073709551615")
before <- options(OutDec = ",", scipen = -9)
stopifnot(vtrial:::cell_name("above", 70.5) == "above_70.5", vtrial:::cell_name("above", 1e5) == "above_100000",
          vtrial:::cell_name("count", "death") == "count_death", toml(0.5, "x") == "0.5", vtrial:::whole(1e5, "x") == "100000")
options(before)
stopifnot(identical(vtrial:::unescaped('a\\"\\\\n\\u00e9\\n'), 'a"\\n\u00e9\n'))

# Keys of JSON are in any order, and words in texts are no keys.
told <- vtrial:::problems_of(paste0('{"exit":2,"problems":[{"column":3,"file":"a {b}.toml","line":2,"problem":"\\"line\\":7 }"},',
                                    '{"file":"--set x","line":0,"column":0,"problem":"no x"}],"kind":"error"}'))
stopifnot(identical(told$file, c("a {b}.toml", "--set x")), identical(told$line, c(2L, NA)), identical(told$column, c(3L, NA)),
          identical(told$message, c('"line":7 }', "no x")))

scenario <- Sys.getenv("VTRIAL_R_SCENARIO")
if (scenario == "") {
  cat("VTRIAL_R_SCENARIO names no scenario: nothing is run\n")
  quit(status = 0)
}
number <- 0.1 + 0.2  # not 0.3
set <- list("adherence.taken" = number, "adherence.miss_odds" = list(twice_daily = 2, three_times_daily = 3), "arm.'guided'.share" = 2, "record.daily" = list("anc"),
            "record.decisions" = FALSE, "trial.missed_visit" = "5 %", title = "It's \"another\" title: a=b")
r <- vt_run(scenario, set, patients = 40, seed = "9007199254740993", replicates = 1, threads = 1)
origin <- suppressWarnings(vt_provenance(r))
stopifnot(origin$title == set$title, origin$patients == 40, origin$replicates == 1, grepl("--seed 9007199254740993", origin$command_line))
stopifnot(grepl("0.30000000000000004", origin$scenario, fixed = TRUE), setdiff(names(vt_daily(r)), c("patient", "day")) == "anc")
stopifnot(grepl("no decisions", tryCatch(vt_decisions(r), vt_error = conditionMessage)))
warned <- tryCatch(vt_provenance(r), warning = conditionMessage)
stopifnot(grepl("the seed is a whole number from 2^53", warned, fixed = TRUE))
again <- vt_run(scenario, set, patients = 40, seed = "9007199254740993", replicates = 1, threads = 2)
stopifnot(suppressWarnings(vt_provenance(again))$content_hash == origin$content_hash)
named <- vt_patients(vt_run(scenario, list("column.weight.name" = "status"), patients = 40, threads = 1))
stopifnot(is.factor(named$status_), is.numeric(named$status), any(named$status > 60))

# Mistakes
e <- tryCatch(vt_run(scenario, list("trial.patiens" = 5, "arm.nobody.share" = 1)), vt_scenario_error = identity)
stopifnot(inherits(e, "vt_error"), e$exit == 2, nrow(e$problems) == 2, all(is.na(e$problems$line)),
          grepl("did you mean 'patients'", conditionMessage(e), fixed = TRUE))
wrong <- tempfile(fileext = ".toml")
writeLines(c(sprintf('base = ["%s"]', scenario), "[trial]", "  patiens = 5"), wrong)
problems <- vt_check(wrong)
stopifnot(problems$kind == "problem", problems$file == wrong, problems$line == 3, problems$column == 3,
          grepl("unknown key 'trial.patiens'", problems$message, fixed = TRUE), nrow(vt_check(scenario)) == 0)
notes <- vt_check(scenario, list("arm.guided.rules" = list()))
stopifnot(nrow(notes) > 0, notes$kind == "note", any(grepl("is in no arm", notes$message) & notes$line > 0))
e <- tryCatch(vt_run(scenario, patients = 40, output = file.path(tempdir(), "no", "folder.h5")), vt_io_error = identity)
stopifnot(e$exit == 74, grepl("cannot be created", conditionMessage(e)))
e <- tryCatch(vt_run(scenario, patients = 40, program = "/bin/false"), vt_error = identity)
stopifnot(e$exit == 1)
before <- options(vtrial.program = file.path(tempdir(), "nothing"))
stopifnot(grepl("the option vtrial.program names", tryCatch(vt_program(), vt_error = conditionMessage)))
options(before)

# A study: the points' numbers are those of their trials.
where <- list(arm = "guided", visit = "month 12")
points <- vt_sweep(scenario, patients = 40, replicates = 1, threads = 2,
  factors = list(once = list(key = "adherence.taken", values = c(0.5, number)), "arm.'guided'.share" = c(1, 2)),
  endpoints = list(response = list(tally = "major_response", where = where, statistic = "itt"),
                   cells = list(tally = "tumour", where = where, statistic = "mean")))
stopifnot(nrow(points) == 8, identical(unique(points$once_value), c(0.5, number)), all(points$low <= points$value),
          all(points$high >= points$value), all(points$n <= 40), identical(names(points)[2], "arm_guided_share"))
one <- points[points$once_value == number & points$arm_guided_share_value == 2, ]
trial <- vt_run(scenario, list("adherence.taken" = number, "arm.'guided'.share" = 2), patients = 40, replicates = 1,
                threads = 1)
cell <- function(name) { x <- vt_tally(trial, name); x[x$arm == where$arm & x$visit == where$visit, ] }
stopifnot(one$value[one$endpoint == "response"] == cell("major_response")$itt, one$value[one$endpoint == "cells"] == cell("tumour")$mean)
same_name <- vt_sweep(scenario, patients = 20, replicates = 1, threads = 2, factors = list(endpoint = list(
  key = "adherence.taken", values = c(0.5, 0.9))), endpoints = list(response = list(tally = "major_response", where = where,
                                                                                   statistic = "itt")))
stopifnot(same_name$endpoint_ == "response", identical(same_name$endpoint_value, c(0.5, 0.9)))
drawn <- vt_sweep(scenario, patients = 20, replicates = 1, threads = 2, study = list(design = "latin_hypercube", points = 3),
  factors = list(once = list(key = "adherence.taken", distribution = "uniform", low = 0.5, high = 0.9)),
  endpoints = list(response = list(tally = "major_response", where = where, statistic = "itt")))
stopifnot(nrow(drawn) == 3, all(drawn$once > 0.5 & drawn$once < 0.9), attr(drawn, "results")$kind == "study", drawn$point == 0:2)

# Patients who could not be computed: results with a warning, and tallies with another.
said <- character()
failed <- withCallingHandlers({
  r <- vt_run(file.path(dirname(scenario), "failures.toml"), threads = 1)
  list(results = r, tally = vt_tally(r, "p"))
}, warning = function(w) {
  said <<- c(said, conditionMessage(w))
  invokeRestart("muffleWarning")
})
stopifnot(length(said) == 2, grepl("could not be computed", said[1]), grepl("no statistic is shown", said[2]))
failures <- vt_failures(failed$results)
stopifnot(nrow(failures) == 1, grepl("parameter 'p' has no value", failures$reason), failures$patients > 0,
          grepl("logarithm", failures$example), failures$patient == failures$smallest_id, failed$tally$evaluable > 0)
