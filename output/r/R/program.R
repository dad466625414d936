# Finding and running the program.

vt_program <- function() {
  named <- c("the option vtrial.program" = getOption("vtrial.program", ""),
             "the environment variable VTRIAL" = Sys.getenv("VTRIAL"))
  for (where in names(named)) {
    path <- named[[where]]
    if (path == "") next
    if (file.access(path, 1) != 0 || dir.exists(path)) fail(sprintf("%s names %s (which is no program)", where, path))
    return(normalizePath(path))
  }
  path <- unname(Sys.which("vtrial"))
  if (path == "")
    fail(paste("the program vtrial was not found (it is not on PATH); name it with options(vtrial.program = \"...\")",
               "or in the environment variable VTRIAL"))
  path
}

# Runs the program. Returns list(exit, out, err): the exit code, standard output as one text, standard error as lines,
# none where they went to the console.
run_program <- function(program, arguments, quiet = TRUE) {
  out <- tempfile("vtrial-out-")
  err <- tempfile("vtrial-err-")
  on.exit(unlink(c(out, err)))
  exit <- suppressWarnings(system2(program, shQuote(arguments), stdout = out, stderr = if (quiet) err else ""))
  read <- function(path) if (file.exists(path)) readLines(path, warn = FALSE, encoding = "UTF-8") else character()
  list(exit = exit, out = paste(read(out), collapse = "\n"), err = read(err))
}

one_file <- function(path, what) {
  if (!is.character(path) || length(path) != 1 || is.na(path) || path == "")
    fail(sprintf("%s is not the name of one file", what))
  path.expand(path)
}

vt_check <- function(scenario, set = list(), program = vt_program()) {
  scenario <- one_file(scenario, "scenario")
  told <- run_program(program, c("check", scenario, set_arguments(set), "--json"))
  table <- if (told$exit == 0) notes_of(told$out) else problems_of(told$out)
  if (told$exit != 0 && nrow(table) == 0) fail_of(told)
  table
}

vt_run <- function(scenario, set = list(), patients = NULL, seed = NULL, replicates = NULL, output = NULL,
                   threads = NULL, resume = FALSE, quiet = !interactive(), program = vt_program()) {
  scenario <- one_file(scenario, "scenario")
  output <- if (is.null(output)) tempfile("vtrial-", fileext = ".h5") else one_file(output, "output")
  if (!is.null(replicates)) set <- c(set, list("trial.replicates" = as.numeric(whole(replicates, "replicates"))))
  told <- run_program(program, c(
    "run", scenario, "-o", output, set_arguments(set), whole_argument("--patients", patients),
    whole_argument("--seed", seed), whole_argument("--threads", threads), if (resume) "--resume", if (quiet) "--quiet",
    "--json"), quiet)
  if (!told$exit %in% c(0, 3)) fail_of(told)
  results <- vt_open(output)
  if (told$exit == 3)
    warning("some patients could not be computed and are in no tally; vt_failures() says how many, and why", call. = FALSE)
  results
}
