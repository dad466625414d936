#pragma once

namespace vt::report {

/// The page's style sheet.
inline constexpr const char* kStyle = R"(
body{font:16px/1.5 system-ui,sans-serif;color:#1c1c1c;background:#fff;max-width:66rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;line-height:1.25;margin-bottom:.3rem}h2{font-size:1.25rem;margin:2.4rem 0 .6rem;border-bottom:1px solid #ccc}
h3{font-size:1.05rem;margin:1.6rem 0 .4rem}.lead{color:#444;margin-top:0}
figure{margin:1.6rem 0 2.2rem}figure svg{max-width:100%;height:auto}.narrow-sheet{display:none}
@media screen and (max-width:739px){.wide-sheet{display:none}.narrow-sheet{display:block}}
figcaption{font-size:.9rem;color:#444}
.scroll{overflow-x:auto}
td:first-child{min-width:7rem}.rows td:first-child{min-width:15rem}
caption{text-align:left;white-space:nowrap}table{border-collapse:collapse;font-size:.86rem;margin:.5rem 0}
th,td{padding:.22rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid #e4e4e4}
th{border-bottom:2px solid #999}.r{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.inside{color:#00623f}.miss{color:#a33600;font-weight:700}.open{color:#555;font-style:italic}
.note{font-size:.86rem;color:#444}summary{cursor:pointer;color:#0b4f8a}pre{background:#f5f5f5;padding:.8rem;overflow-x:auto;font-size:.8rem}
code{overflow-wrap:anywhere}@media print{details>*{display:block}}
)";

}  // namespace vt::report
