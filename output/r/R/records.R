# Single patients.

vt_patients <- function(r, kind = NULL) {
  with_file(r, function(f) {
    if (!has_group(f, "patients"))
      fail("there is no table of patients in this file; [record] of the scenario asks for one")
    along <- dims_of(f, "patients", "arm_number")
    if ("arm" %in% datasets_in(f, "patients")) along <- c(along, "arm")
    names <- setdiff(fitting(f, "patients", along), c("arm_number", "column"))
    if (!is.null(kind)) {
      kinds <- vapply(names, function(name) {
        found <- attributes_of(f, "patients", name)$kind
        if (is.null(found)) NA_character_ else found
      }, "")
      if (length(names) > 0 && all(is.na(kinds)))
        fail("the columns of this file have no kinds (an earlier version of vtrial wrote it); leave kind out")
      names <- names[kinds %in% kind]
    }
    table <- long_table(f, "patients", along, c("arm_number", names))
    number <- table$arm_number
    why <- c("included", "not included", "could not be computed", "missing")
    status <- unused("status", names)
    table[[status]] <- factor(why[1 - pmin(number, 0)], levels = why)
    if (!"arm" %in% along) {
      arms <- values_of(f, "arms", "arm")
      table$arm <- factor(arms[ifelse(number >= 0, number + 1, NA)], levels = arms)
    }
    table[c(setdiff(along, "arm"), "arm", status, names)]
  })
}

# A name for a column of this package's own, with a _ behind it where the file has one of that name.
unused <- function(name, names) if (name %in% names) unused(paste0(name, "_"), names) else name

# The group records/`name`; a table without rows has the columns of `empty`.
records <- function(r, name, how, empty = NULL) {
  group <- paste0("records/", name)
  with_file(r, function(f) {
    if (!has_group(f, group)) fail(sprintf("no %s are in this file; %s of the scenario asks for them", name, how))
    if (length(datasets_in(f, group)) == 0) return(empty)
    table <- table_of(f, group)
    row_number <- dims_of(f, group, "patient")
    if (identical(row_number, "patient")) table else table[setdiff(names(table), row_number)]
  })
}

vt_decisions <- function(r) {
  records(r, "decisions", "[record] decisions = true",
          data.frame(patient = numeric(), day = numeric(), rule = character(), action = character(),
                     before = numeric(), after = numeric()))
}

vt_doses <- function(r) {
  records(r, "doses", "[record] doses = true",
          data.frame(patient = numeric(), day = numeric(), hour = numeric(), prescribed = numeric(), taken = numeric(),
                     entered = numeric()))
}

vt_daily <- function(r) records(r, "daily", "[record] daily = [...]")

vt_concentrations <- function(r) records(r, "concentrations", "[record] concentrations = {...}")
