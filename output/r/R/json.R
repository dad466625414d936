# The few parts of the program's JSON that are needed here: lists of problems and notes, and a single error.

json_text <- '[^"\\\\]*(?:\\\\.[^"\\\\]*)*'  # between the quotes of a JSON text

# Texts as they were before JSON escaped them.
unescaped <- function(texts) {
  vapply(texts, function(text) {
    at <- gregexpr("\\\\(u[0-9a-fA-F]{4}|.)", text, perl = TRUE)
    regmatches(text, at) <- lapply(regmatches(text, at), function(found) {
      vapply(substring(found, 2), function(one) {
        if (nchar(one) > 1) return(intToUtf8(strtoi(substring(one, 2), 16)))
        plain <- c(n = "\n", t = "\t", r = "\r", b = "\b", f = "\f")
        if (one %in% names(plain)) plain[[one]] else one
      }, "", USE.NAMES = FALSE)
    })
    text
  }, "", USE.NAMES = FALSE)
}

# What the groups of a pattern match: a matrix with a row for each match.
matches_of <- function(pattern, text) {
  at <- gregexpr(pattern, text, perl = TRUE)[[1]]
  start <- attr(at, "capture.start")
  if (at[1] == -1) return(matrix("", 0, max(1, ncol(start))))
  matrix(substring(text, start, start + attr(at, "capture.length") - 1), nrow = length(at))
}

no_problems <- function() {
  data.frame(kind = character(), file = character(), line = integer(), column = integer(), message = character(),
             stringsAsFactors = FALSE)
}

# The list `problems` as a data frame; line and column are NA where a problem has no place in a file.
problems_of <- function(json) {
  found <- matches_of(sprintf('(\\{(?:"%s"|[^"{}])*\\})', json_text), json)[, 1]  # objects with no object in them
  found <- found[grepl('"problem":"', found, fixed = TRUE)]
  if (length(found) == 0) return(no_problems())
  number <- function(key) as.integer(sub(sprintf('.*"%s":([0-9]+).*', key), "\\1", found))
  words <- function(key) {
    unescaped(vapply(found, function(one) matches_of(sprintf('"%s":"(%s)"', key, json_text), one)[1, 1], "",
                     USE.NAMES = FALSE))
  }
  line <- number("line")
  data.frame(kind = "problem", file = words("file"), line = ifelse(line > 0, line, NA_integer_),
             column = ifelse(line > 0, number("column"), NA_integer_), message = words("problem"), stringsAsFactors = FALSE)
}

# The lists `notes` as a data frame like that of problems.
notes_of <- function(json) {
  lists <- matches_of(sprintf('"notes":\\[((?:"%s",?)*)\\]', json_text), json)[, 1]
  texts <- unlist(lapply(lists, function(list) matches_of(sprintf('"(%s)"', json_text), list)[, 1]))
  if (length(texts) == 0) return(no_problems())
  texts <- unescaped(texts)
  place <- regmatches(texts, regexec("^(.*?):([0-9]+):([0-9]+): (.*)$", texts, perl = TRUE))
  has_place <- lengths(place) > 0
  part <- function(i) vapply(place, function(found) if (length(found) > 0) found[i] else NA_character_, "")
  data.frame(kind = "note", file = ifelse(has_place, part(2), ""), line = as.integer(part(3)),
             column = as.integer(part(4)), message = ifelse(has_place, part(5), texts), stringsAsFactors = FALSE)
}

# The text `error`, or nothing.
error_of <- function(json) unescaped(matches_of(sprintf('"error":"(%s)"', json_text), json)[, 1])
