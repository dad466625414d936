"""Pages with one fault each, which the checks must find, and one without."""
from __future__ import annotations

SHEET = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>planted</title><style>
body{{background:#fff;color:#222;font:16px sans-serif;margin:8px}}svg{{display:block;max-width:100%}}
@media (prefers-color-scheme:dark){{body{{background:#15181c;color:#eee}}svg [fill="#222"]{{fill:#eee}}svg [stroke="#0072b2"]{{stroke:#5cb3e8}}{css}}}
</style></head><body><main><h1>planted</h1>{html}
<svg viewBox="0 0 300 200" width="300" height="200" font-family="sans-serif">{svg}</svg></main></body></html>"""

LINE = '<polyline points="10,90 90,60 180,40" fill="none" stroke="#0072b2" stroke-width="2"{0}/>'
KEY = '<g data-key=""><line x1="200" y1="100" x2="224" y2="100" stroke="#0072b2" stroke-width="2"{0}/></g>'
TEXT = '<text x="{0}" y="{1}" font-size="{2}" fill="{3}">{4}</text>'
SOUND = LINE.format("") + KEY.format("") + TEXT.format(20, 120, 12, "#222", "month 6") + \
    TEXT.format(120, 120, 12, "#222", "month 9")


def page(svg: str = SOUND, html: str = "<p>words</p>", css: str = "") -> str:
    return SHEET.format(svg=svg, html=html, css=css)


GOOD = page()

# What is planted, the kind of fault that must be found, and the page.
PLANTED = [
    ("labels that touch", "overlap", page(SOUND + TEXT.format(50, 121, 12, "#222", "month 7"))),
    ("a label beyond the edge", "cut off", page(SOUND + TEXT.format(270, 150, 12, "#222", "400 mg twice a day"))),
    ("a cumulative curve that falls", "falls", page(
        SOUND + '<polyline data-cumulative="" points="10,90 90,60 180,70" fill="none" stroke="#0072b2"/>')),
    ("letters of 5 px", "small", page(SOUND + TEXT.format(20, 150, 5, "#222", "tiny"))),
    ("letters that shrink with a wide figure", "small",
     page(SOUND).replace('viewBox="0 0 300 200"', 'viewBox="0 0 600 400"')),
    ("pale letters", "contrast", page(SOUND + TEXT.format(20, 150, 12, "#aaa", "pale"))),
    ("letters that are black in the dark", "contrast", page(SOUND + TEXT.format(20, 150, 12, "#1a1a1a", "black"))),
    ("letters on a box of their colour", "contrast", page(
        SOUND + '<rect x="10" y="135" width="80" height="30" fill="#444"/>' + TEXT.format(20, 155, 12, "#222", "5.2"))),
    ("a legend that nobody sees in the dark", "unseen", page(
        SOUND + LINE.format("").replace("#0072b2", "#0b2f5c") + KEY.format("").replace("#0072b2", "#0b2f5c"))),
    ("a legend with another dash", "legend", page(LINE.format("") + KEY.format(' stroke-dasharray="7 3"'))),
    ("a legend of nothing", "legend", page(SOUND + '<g data-key=""><circle cx="9" cy="190" r="4" fill="#b0568a" stroke="#b0568a"/></g>')),
    ("a page that scrolls sideways", "sideways", page(html='<div style="width:1500px;height:2px"></div>')),
    ("a verdict far to the right", "far verdict", page(
        html='<div class="scroll" style="overflow-x:auto"><table><tr><td><p style="width:1300px">name</p></td>'
             '<td><span class="miss">MISS</span></td></tr></table></div>')),
    ("words that are cut off", "cut off", page(
        html='<p style="width:60px;overflow:hidden;white-space:nowrap">a long caption without its end</p>')),
    ("an error on the console", "console", page(html='<img src="missing.png" alt="">')),
]
