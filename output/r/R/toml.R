# Values of R in the words of a scenario (TOML), which is also how --set takes them.

toml_quoted <- function(text) {
  text <- gsub("\\", "\\\\", enc2utf8(text), fixed = TRUE)
  text <- gsub('"', '\\"', text, fixed = TRUE)
  text <- gsub("\n", "\\n", text, fixed = TRUE)
  text <- gsub("\r", "\\r", text, fixed = TRUE)
  paste0('"', gsub("\t", "\\t", text, fixed = TRUE), '"')
}

# A number with all of its 17 significant digits, so that the program gets the same bits.
toml_number <- function(number) {
  text <- sprintf("%.17g", number)
  ifelse(is.infinite(number), ifelse(number > 0, "inf", "-inf"), text)
}

# \param what names the value in errors
toml_value <- function(value, what) {
  if (is.null(value)) fail(sprintf("%s is NULL (a scenario has no such value); leave it out", what))
  if (is.factor(value)) value <- as.character(value)
  if (is.list(value) && length(names(value)) > 0) {
    parts <- Map(function(name, one) paste(toml_quoted(name), "=", toml_value(one, paste0(what, "$", name))),
                 names(value), value)
    return(paste0("{ ", paste(unlist(parts), collapse = ", "), " }"))
  }
  if (is.list(value) || length(value) != 1) {
    parts <- vapply(as.list(value), toml_value, "", what = what)
    return(paste0("[", paste(parts, collapse = ", "), "]"))
  }
  if (is.object(value) || !(is.logical(value) || is.numeric(value) || is.character(value)))
    fail(sprintf("%s is of the class %s (only TRUE and FALSE, numbers, texts and lists of these have a form in scenarios)",
                 what, class(value)[1]))
  if (is.na(value)) fail(sprintf("%s is NA (a scenario has no such value); leave it out", what))
  if (is.logical(value)) return(if (value) "true" else "false")
  if (is.numeric(value)) toml_number(value) else toml_quoted(value)
}

# Arguments of the command line for a named list of entries.
set_arguments <- function(set) {
  if (length(set) == 0) return(character())
  if (is.null(names(set)) || any(names(set) == ""))
    fail('every element of set needs the name of an entry: set = list("adherence.taken.once_daily" = 0.8)')
  values <- Map(function(value, name) toml_value(value, sprintf("set$`%s`", name)), set, names(set))
  unlist(Map(function(name, value) c("--set", paste0(enc2utf8(name), "=", value)), names(set), values), use.names = FALSE)
}

# A whole number for the command line. Numbers from 2^53 have to be text: a number of R does not hold them exactly.
whole <- function(value, what) {
  if (is.character(value) && length(value) == 1 && grepl("^[0-9]+$", value)) return(value)
  if (!is.numeric(value) || length(value) != 1 || is.na(value) || value < 0 || value != round(value))
    fail(sprintf("%s is not a whole number from 0", what))
  if (value >= 2^53) fail(sprintf("%s is %.0f (numbers from 2^53 are not exact in R); write it as text", what, value))
  sprintf("%.0f", value)
}

whole_argument <- function(option, value) if (is.null(value)) character() else c(option, whole(value, option))
