# Studies: many trials at once.

vt_points <- function(r) {
  with_file(r, function(f) {
    names <- groups_in(f, "endpoints")
    if (length(names) == 0) fail("this file has no endpoints (it is no study)")
    rows <- lapply(names, function(name) {
      group <- paste0("endpoints/", name)
      along <- dims_of(f, group, "value")
      table <- long_table(f, group, along, fitting(f, group, along))
      if (identical(along, "point")) table <- cbind(design_of(f)[match(table$point, design_of(f)$point), ], table[-1])
      if (is.null(table$reason)) table$reason <- ""
      value <- match("value", names(table))
      table <- cbind(table[seq_len(value - 1)], name, table[value:ncol(table)], stringsAsFactors = FALSE)
      names(table)[value] <- unused("endpoint", names(table))
      table
    })
    table <- do.call(rbind, rows)
    row.names(table) <- NULL
    table
  })
}

design_of <- function(f) table_of(f, "design", "point")

vt_sweep <- function(scenario, factors, endpoints, patients = NULL, replicates = NULL, study = list(), set = list(),
                     seed = NULL, output = NULL, threads = NULL, quiet = !interactive(), program = vt_program()) {
  one_file(scenario, "scenario")
  named <- function(list) length(list) > 0 && !is.null(names(list)) && all(names(list) != "")
  if (!named(factors) || !named(endpoints)) fail("factors and endpoints are named lists with one element at least")
  if (!is.null(replicates)) study$replicates <- as.numeric(whole(replicates, "replicates"))
  if (!is.null(patients)) study$patients <- as.numeric(whole(patients, "patients"))
  if (is.null(study$kind)) study <- c(list(kind = "sweep"), study)
  lines <- c(paste("base =", toml_value(list(normalizePath(scenario, mustWork = FALSE)), "scenario")),
             "[study]", entries_of(study, "study"))
  for (name in names(factors)) lines <- c(lines, "[[factor]]", factor_lines(name, factors[[name]]))
  for (name in names(endpoints))
    lines <- c(lines, "[[endpoint]]", entries_of(c(list(name = name), endpoints[[name]]), name))
  file <- tempfile("study-", fileext = ".toml")  # stays for the session: errors and results name it
  writeLines(enc2utf8(lines), file, useBytes = TRUE)
  r <- vt_run(file, set, seed = seed, output = output, threads = threads, quiet = quiet, program = program)
  structure(vt_points(r), results = r)
}

entries_of <- function(list, what) {
  if (!is.list(list)) fail(sprintf("%s is no list", what))
  unlist(Map(function(name, value) paste(toml_quoted(name), "=", toml_value(value, paste0(what, "$", name))),
             names(list), list), use.names = FALSE)
}

# A list of the keys of [[factor]], or plain values: then `name` is the entry that is set.
factor_lines <- function(name, factor) {
  if (!is.list(factor) || is.null(names(factor))) {
    factor <- list(key = name, values = factor)
    name <- gsub("[^A-Za-z0-9_]+", "_", name)
  }
  for (key in intersect(c("values", "choices"), names(factor))) factor[[key]] <- unname(as.list(factor[[key]]))
  entries_of(c(list(name = name), factor), name)
}
