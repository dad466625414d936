"""Translates the kernels of a PTX file to C++: usage: translate.py IN.ptx NAME OUT.cpp

Takes the entries whose name contains NAME and every function they call. What an instruction means stands in
instructions.py and machine.hpp. Whatever is unknown, an instruction, type, register, directive or literal, stops the
translation with its line: nothing is guessed. Threads run one after another, so a barrier takes blocks of one thread.
"""
import pathlib
import re
import sys

from instructions import BITS, INSTRUCTIONS, c_type
from ptx_file import NAME, Parameter, Unknown, c_name, integer, read, split, statements, variable

SPECIAL = {"%tid.x": "thread.tid_x", "%ntid.x": "thread.ntid_x", "%ctaid.x": "thread.ctaid_x", "%nctaid.x": "thread.nctaid_x"}
PRAGMAS = re.compile(r'"(nounroll|used_bytes_mask \d+)"')  # hints: no result depends on them


# ---- one function ------------------------------------------------------------------------------------------------
class Body:
    """The C++ statements of one function."""

    def __init__(self, function, functions, variables, stretches):
        self.function, self.functions, self.variables, self.stretches = function, functions, variables, stretches
        self.called, self.used_variables, self.opcodes = [], [], []  # opcodes: with the stretch that they are in
        self.lines, self.scopes = [], []

    def translate(self):
        self.open({p.name: p for p in self.function.results + self.function.parameters})
        self.stretch()
        text, self.line = self.function.body
        for self.line, self.text in statements(text, self.line):
            self.statement()
        self.close()
        return [self.function.signature() + " {", *self.lines, "}"]

    def stop(self, why):
        raise Unknown(self.line, self.text, why)

    # Scopes: registers in ranges and one by one, memory by name. Registers are declared as far as they are used.
    def open(self, names):
        self.scopes.append((names, {}, len(self.lines)))
        self.lines.append("")

    def close(self):
        _, used, place = self.scopes.pop()
        by_type = {}
        for name, kind in used.items():
            by_type.setdefault(c_type(kind), []).append(name)
        self.lines[place] = " ".join(f"{t} {', '.join(names)};" for t, names in by_type.items())

    def find(self, name):
        """The kind of a register, or the memory of that name."""
        for names, used, _ in reversed(self.scopes):
            match = re.fullmatch(r"(%[A-Za-z_]+)(\d+)", name)
            kind = names.get(name)
            if kind is None and match and match.group(1) + "<" in names:
                kind, count = names[match.group(1) + "<"]
                kind = kind if int(match.group(2)) < count else None
            if isinstance(kind, str):
                used[c_name(name)] = kind
            if kind is not None:
                return kind
        return None

    def stretch(self):
        self.lines.append(f"enter({len(self.stretches)});")
        self.stretches.append(self.function.name)

    def statement(self):
        text = self.text
        if text == "{":
            self.lines.append("{")
            self.open({})
        elif text == "}":
            self.close()
            self.lines.append("}")
        elif text.endswith(":"):
            self.lines.append(f"{self.label(text[:-1])}:")
            self.stretch()
        elif text.startswith("."):
            self.directive(text)
        else:
            match = re.fullmatch(r"(?:@(!?)(%\w+) )?([a-z][\w.]*)(?: (.*))?", text)
            if match is None:
                self.stop("not a statement")
            negated, predicate, opcode, operands = match.groups()
            self.opcodes.append((len(self.stretches) - 1, opcode))
            done = self.instruction(opcode, split(operands or ""))
            if predicate:
                done = f"if ({'!' if negated else ''}{self.value(predicate, 'pred')}) {{ {done} }}"
            self.lines.append(done)
            if predicate and opcode in ("bra", "ret", "bra.uni", "ret.uni"):
                self.stretch()

    def directive(self, text):
        names = self.scopes[-1][0]
        if match := re.fullmatch(r"\.reg \.(\w+) (%[A-Za-z_]+)<(\d+)>", text):
            names[match.group(2) + "<"] = (self.register_kind(match.group(1)), int(match.group(3)))
        elif match := re.fullmatch(r"\.reg \.(\w+) (%?\w+)", text):
            names[match.group(2)] = self.register_kind(match.group(1))
        elif match := re.fullmatch(rf"\.local \.align (\d+) \.b8 ({NAME})\[(\d+)\]", text):
            align, name, length = match.groups()
            names[name] = match
            # What a thread has not written yet must not matter.
            self.lines.append(f"alignas({align}) char {c_name(name)}[{length}]; std::memset({c_name(name)}, 0xA5, {length});")
        elif text.startswith(".param"):
            names[text.split()[-1].split("[")[0]] = parameter = Parameter(text, self.line)
            self.lines.append(parameter.declaration + ";")
        elif not (text.startswith(".pragma ") and PRAGMAS.fullmatch(text[8:])):
            self.stop("unknown directive")

    def register_kind(self, t):
        if t not in BITS or t[0] in "us" and BITS[t] == 8:
            self.stop(f"unknown type of register .{t}")
        return t if t in ("pred", "f64") else f"b{BITS[t]}"

    def label(self, name):
        if not re.fullmatch(r"\$[\w$]+", name):
            self.stop("not a label")
        return c_name(name)

    def instruction(self, opcode, operands):
        if opcode in ("bra", "bra.uni") and len(operands) == 1:
            return f"goto {self.label(operands[0])};"
        if opcode in ("ret", "ret.uni") and not operands or opcode == "exit" and not operands and self.function.is_entry:
            return "return;"
        if opcode in ("call", "call.uni"):
            return self.call(operands)
        vector = re.fullmatch(r"(ld|st)(\.\w+)*\.v([24])\.(\w+)", opcode)
        if vector:
            return self.vector(opcode.replace(f".v{vector.group(3)}", ""), vector.group(1), int(vector.group(3)), operands)
        if opcode in ("mov.b32", "mov.b64") and any(o.startswith("{") for o in operands):
            opcode += ".unpack" if operands[0].startswith("{") else ".pack"
        if opcode not in INSTRUCTIONS:
            self.stop(f"unknown instruction {opcode}")
        kinds, template = INSTRUCTIONS[opcode]
        if len(kinds) != len(operands):
            self.stop(f"{opcode} has {len(kinds)} operands")
        if kinds[0].startswith("="):
            values = ["", *map(self.operand, operands[1:], kinds[1:])]
            return self.receive(operands[0], kinds[0][1:], template.format(*values))
        return template.format(*map(self.operand, operands, kinds)) + ";"

    def operand(self, text, kind):
        if kind == "@":
            return self.address(text)
        if kind == "@shared":
            return self.shared_address(text)
        if kind == "halves":
            return f"halves({', '.join(self.value(part, 'u16') for part in self.parts(text, 2))})"
        if kind == "pair":
            return f"pair({', '.join(self.value(part, 'u32') for part in self.parts(text, 2))})"
        return self.value(text, kind.rstrip("+"), kind.endswith("+"))

    def parts(self, text, count):
        parts = split(text[1:-1]) if text.startswith("{") and text.endswith("}") else []
        if len(parts) != count:
            self.stop(f"{text} is no list of {count}")
        return parts

    def value(self, text, t, wider=False):
        """An operand that is read, as C++ of the type t."""
        if text in SPECIAL:
            return SPECIAL[text] if t == "u32" else self.stop(f"{text} as .{t}")
        kind = self.find(text)
        if isinstance(kind, str):
            name = c_name(text)
            if kind == t or kind == "pred" and t == "pred":
                return name
            if "pred" in (kind, t):
                self.stop(f"{text} is .{kind}, not .{t}")
            if t == "f64" and kind == "b64":
                return f"as_f64({name})"
            if kind == "f64" and t == "b64":
                return f"as_u64({name})"
            if kind != "f64" and t != "f64" and (BITS[kind] == BITS[t] or wider and BITS[kind] > BITS[t]):
                return f"{c_type(t)}({name})"
            self.stop(f"{text} is .{kind}, not .{t}")
        if kind is None and text in self.variables and self.is_shared(text):
            return "0u" if BITS[t] == 32 else self.stop(f"the address of {text} as .{t}")
        if kind is not None or text in self.variables:
            return f"u64({self.memory(text)})" if BITS[t] == 64 and t != "f64" else self.stop(f"the address of {text} as .{t}")
        if text.startswith("%"):
            self.stop(f"unknown register {text}")
        bits = integer(text, t, self.line)
        return f"as_f64({bits:#x})" if t == "f64" else f"{c_type(t)}({bits:#x}u)" if BITS[t] < 64 else f"{c_type(t)}({bits:#x}ull)"

    def receive(self, text, kind, expression):
        """The statement that writes an expression to a register."""
        if kind == "pair":
            low, high = (self.receive(part, "u32", half) for part, half in zip(self.parts(text, 2), ("v", "v >> 32")))
            return f"{{ const u64 v = {expression}; {low} {high} }}"
        t, register = kind.rstrip("+"), self.find(text)
        if not isinstance(register, str):
            self.stop(f"{text} is no register")
        name = c_name(text)
        if register == t:
            return f"{name} = {expression};"
        if t == "f64" and register == "b64":
            return f"{name} = as_u64({expression});"
        if register == "f64" and t == "b64":
            return f"{name} = as_f64({expression});"
        wider = kind.endswith("+") and BITS[register] > BITS[t]
        if "pred" in (register, t) or "f64" in (register, t) or not (BITS[register] == BITS[t] or wider):
            self.stop(f"{text} is .{register}, not .{t}")
        return f"{name} = {c_type(t)}({expression});"

    def is_shared(self, name):
        """Whether it is the block's memory; only one array, of a length that the launch gives, has the offset 0."""
        _, match = self.variables[name]
        if match.group(1) == "shared" and match.group(5) != "[]":
            self.stop(f"{name} is shared memory of a fixed length")
        return match.group(1) == "shared"

    def memory(self, name):
        if name in self.variables:
            if self.is_shared(name):
                self.stop(f"{name} is in shared memory")
            self.used_variables.append(name)
            return f"reinterpret_cast<char*>(const_cast<unsigned char*>({c_name(name)}))"
        return c_name(name)

    def address(self, text):
        match = re.fullmatch(rf"\[({NAME}|%\w+)(?:\+(-?\d+))?\]", text)
        if match is None:
            self.stop(f"unknown address {text}")
        base, offset = match.group(1), int(match.group(2) or 0)
        kind = self.find(base)
        if kind == "b64":
            return f"address({c_name(base)} + u64({offset}ll))"
        if isinstance(kind, str) or kind is None and base not in self.variables:
            self.stop(f"unknown address {text}")
        return f"({self.memory(base)} + ({offset}))"

    def shared_address(self, text):
        match = re.fullmatch(r"\[(%\w+)(?:\+(-?\d+))?\]", text)
        if match is None or self.find(match.group(1)) != "b32":
            self.stop(f"unknown address {text} of shared memory")
        return f"shared({c_name(match.group(1))} + u32({match.group(2) or 0}))"

    def vector(self, opcode, what, count, operands):
        kinds, template = INSTRUCTIONS.get(opcode) or self.stop(f"unknown instruction {opcode} of vectors")
        if len(operands) != 2 or "@" not in kinds:
            self.stop(f"{opcode} has 2 operands, one of them an address")
        at, listed = (1, 0) if what == "ld" else (0, 1)
        size = BITS[opcode.split(".")[-1]] // 8
        done = [f"char* const at = aligned({self.address(operands[at])}, {count * size});"]
        for i, part in enumerate(self.parts(operands[listed], count)):
            place = f"at + {i * size}"
            if what == "ld":
                done.append(self.receive(part, kinds[0][1:], template.format("", place)))
            else:
                done.append(template.format(place, self.operand(part, kinds[1])) + ";")
        return f"{{ {' '.join(done)} }}"

    def call(self, operands):
        results = split(operands.pop(0)[1:-1]) if operands and operands[0].startswith("(") else []
        name = operands.pop(0) if operands else ""
        arguments = split(operands.pop(0)[1:-1]) if operands and operands[0].startswith("(") else []
        callee = self.functions.get(name)
        if operands or callee is None or callee.body is None or callee.is_entry:
            self.stop(f"a call of {name or 'nothing'}, which has no body here")
        self.called.append(name)
        given = [self.find(argument) for argument in results + arguments]
        expected = callee.results + callee.parameters
        wanted = [p if isinstance(p, Parameter) else Parameter(p, callee.line) for p in expected]
        if [getattr(g, "bytes", None) for g in given] != [w.bytes for w in wanted]:
            self.stop(f"the arguments are not those of {name}")
        return f"{c_name(name)}({', '.join(map(c_name, results + arguments))});"


# ---- the program -------------------------------------------------------------------------------------------------
def translate(text, name):
    """C++ of the entries whose name contains `name`, a line about what was translated, and each instruction's stretch and opcode."""
    functions, variables = read(text)
    queue = [f for f in functions.values() if f.is_entry and name in f.name]
    if not queue:
        raise Unknown(0, "", f"no entry with {name} in its name")
    entries, left_out, bodies, used, stretches, opcodes = list(queue), [], {}, {}, [], []
    left_out = [f for f in functions.values() if f.is_entry and name not in f.name]
    for function in queue:
        body = Body(function.resolve(), functions, variables, stretches)
        bodies[function.name] = body.translate()
        opcodes += body.opcodes
        used.update({v: variables[v] for v in body.used_variables})
        for called in dict.fromkeys(body.called):
            if functions[called] not in queue:
                queue.append(functions[called])
    out = ['#include "tests/parity/ptx/machine.hpp"', "", "using namespace ptx;", "",
           *(variable(*v) for v in used.values()),
           "namespace { extern Stretch stretches[]; }", "#define enter(i) stretches[i].entered += 1", "",
           *(f"{f.signature()};" for f in queue), ""]
    for lines in bodies.values():
        out += [*lines, ""]
    numbers = {f.name: i for i, f in enumerate(queue)}
    out += ["namespace {", f"Stretch stretches[] = {{{', '.join(f'{{{numbers[s]}, 0}}' for s in stretches)}}};",
            f"const char* const functions[] = {{{', '.join(chr(34) + f.name + chr(34) for f in queue)}}};",
            "const Entry entries[] = {"]
    for entry in entries:
        arguments = ", ".join(f"static_cast<char*>(p[{i}])" for i in range(len(entry.parameters)))
        out.append(f'    {{"{entry.name}", {entry.max_threads}, [](void* const* p) {{ {c_name(entry.name)}({arguments}); }}}},')
    out += ["};", "}", "PTX_PROGRAM(entries, stretches, functions)", ""]
    return "\n".join(out), (f"{len(entries)} kernels and {len(queue) - len(entries)} functions, {len(opcodes)} instructions; "
                            f"left out: {len(left_out)} other kernels"), opcodes


def main():
    path, name, out = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    try:
        program, what, _ = translate(path.read_text(encoding="utf-8"), name)
    except Unknown as unknown:
        line, text, why = unknown.args
        sys.exit(f"{path}:{line}: {text}: {why}")
    out.write_text(program, encoding="utf-8")
    print(f"translated: {what}")


if __name__ == "__main__":
    main()
