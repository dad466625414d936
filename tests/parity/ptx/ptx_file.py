"""Functions and variables of a PTX file, and its literals."""
import re

from instructions import BITS


class Unknown(Exception):
    """What the translation cannot vouch for: line, text, reason."""


NAME = r"[\w$.]+"
PARAMETER = re.compile(rf"\.param(?: \.align (\d+))? \.(\w+) ({NAME})(?:\[(\d+)\])?")
FUNCTION = re.compile(rf"(?:\.(?:visible|weak|extern) )*\.(func|entry) ?(?:\(([^)]*)\) ?)?({NAME}) ?(?:\(([^)]*)\) ?)?(.*)")
VARIABLE = re.compile(rf"(?:\.(?:visible|weak|extern) )*\.(global|const|shared) (?:\.align (\d+) )?\.(\w+) ({NAME})(\[\d*\])?(?: ?= ?(.*))?")


class Parameter:
    def __init__(self, text, line):
        match = PARAMETER.fullmatch(text)
        if match is None or match.group(2) not in BITS:
            raise Unknown(line, text, "unknown kind of parameter")
        size = BITS[match.group(2)] // 8
        self.name = c_name(match.group(3))
        self.bytes = size * int(match.group(4) or 1)
        self.declaration = f"alignas({match.group(1) or size}) char {self.name}[{self.bytes}]"


class Function:
    def __init__(self, text, line):
        match = FUNCTION.fullmatch(text)
        if match is None:
            raise Unknown(line, text, "unknown kind of function")
        kind, results, self.name, parameters, self.directives = match.groups()
        self.is_entry, self.line, self.body = kind == "entry", line, None
        self.results, self.parameters = ([p.strip() for p in (list_ or "").split(",") if p.strip()] for list_ in (results, parameters))

    def resolve(self):
        self.results, self.parameters = ([Parameter(p, self.line) for p in list_] for list_ in (self.results, self.parameters))
        rest = re.fullmatch(r"(?:\.maxntid (\d+)(?:, 1, 1)? ?|\.minnctapersm \d+ ?|\.noreturn ?)*", self.directives)
        if rest is None:
            raise Unknown(self.line, self.directives, "unknown directive of a function")
        self.max_threads = int(rest.group(1) or 1024)
        return self

    def signature(self):
        return f"static void {c_name(self.name)}({', '.join(f'char* {p.name}' for p in self.results + self.parameters)})"


def c_name(name):
    return re.sub(r"[%$.]", "_", name)


def squeezed(text):
    return re.sub(r"\s+", " ", text).strip()


def read(text):
    """Functions by name, with their bodies' place in the text, and variables by name."""
    text = re.sub(r"//.*|/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text)
    functions, variables, at = {}, {}, 0
    while found := re.compile(r"\S").search(text, at):
        at = found.start()
        line = text.count("\n", 0, at) + 1
        if head := re.compile(r"\.(version \d+\.\d+|target sm_\w+|address_size 64)[ \t]*\n").match(text, at):
            at = head.end()
            continue
        chunk = re.compile(r"[^;{]*").match(text, at).group()
        if re.match(r"(\.(visible|weak|extern) )*\.(global|const|shared) ", squeezed(chunk) + " "):
            end = text.index(";", at)
            if match := VARIABLE.fullmatch(squeezed(text[at:end])):  # any other one is missed where it is used
                variables[match.group(4)] = (line, match)
            at = end + 1
            continue
        function = Function(squeezed(chunk), line)
        at += len(chunk)
        if at < len(text) and text[at] == "{":
            end = re.compile(r"^\}", re.MULTILINE).search(text, at)
            function.body = (text[at + 1:end.start()], text.count("\n", 0, at) + 1)
            at = end.end()
        else:
            at += 1
        if function.body or function.name not in functions:
            functions[function.name] = function
    return functions, variables


def statements(text, line):
    """(line, text) of each statement, label and brace."""
    token = re.compile(r"\s*(\$[\w$]+:|[{}]|[^;{}]*(?:\{[^{}]*\}[^;{}]*)*;)", re.DOTALL)
    at = 0
    while text[at:].strip():
        match = token.match(text, at)
        if match is None:
            raise Unknown(line + text.count("\n", 0, at), squeezed(text[at:at + 80]), "not a statement")
        yield line + text.count("\n", 0, match.start(1)), squeezed(match.group(1)).rstrip(";").rstrip()
        at = match.end()


def split(operands):
    """Parts between the commas outside brackets."""
    parts = re.findall(r"(?:\([^()]*\)|\{[^{}]*\}|[^,(){}])+", operands)
    return [part.strip() for part in parts if part.strip()]


def variable(line, match):
    """A variable of the file as bytes."""
    space, align, t, name, count, values = match.groups()
    if t not in BITS:
        raise Unknown(line, match.group(), f"unknown type .{t}")
    size = BITS[t] // 8
    numbers = [n.strip() for n in (values or "").strip("{}").split(",") if n.strip()]
    length = int((count or "[1]")[1:-1] or len(numbers))
    data = b"".join(integer(n, t, line).to_bytes(size, "little") for n in numbers).ljust(length * size, b"\0")
    constant = "const " if space == "const" else ""
    return f"alignas({align or size}) static {constant}unsigned char {c_name(name)}[{len(data)}] = {{{', '.join(map(str, data))}}};"


def integer(text, t, line):
    """The bits of a literal of type t."""
    if t == "f64" and re.fullmatch(r"0[dD][0-9a-fA-F]{16}", text):
        return int(text[2:], 16)
    match = re.fullmatch(r"(-?)(0[xX][0-9a-fA-F]+|0|[1-9]\d*)U?", text)
    if match is None or t == "f64":
        raise Unknown(line, text, f"no literal of type .{t}")
    value = int(match.group(2), 0) * (-1 if match.group(1) else 1)
    if not -(1 << BITS[t] - 1) <= value < 1 << BITS[t] and t != "pred":
        raise Unknown(line, text, f"does not fit into .{t}")
    return value & (1 << BITS[t]) - 1
