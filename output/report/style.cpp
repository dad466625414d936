#include "output/report/style.hpp"

#include <fmt/format.h>

#include "output/report/inks.hpp"

namespace vt::report {
namespace {

/// Below this many pixels the narrow figures are shown: wide ones would shrink below 10.5 px of letters.
constexpr const char* kVariables = R"(
:root{color-scheme:light dark;--paper:#fff;--ink:#1c1c1c;--pale:#4a4a4a;--rule:#e4e4e4;--edge:#999;--link:#0b4f8a;
--box:#f5f5f5;--note:#eef4fa;--good:#00623f;--bad:#a33600}
)";
constexpr const char* kDarkVariables =
    ":root{--paper:#15181c;--ink:#e8e8e8;--pale:#b9b9b9;--rule:#34393f;--edge:#777;--link:#8cc4f2;--box:#20252b;"
    "--note:#1b2833;--good:#5fd0a0;--bad:#ff9d6b}\n";

constexpr const char* kPage = R"(
*{box-sizing:border-box}html{-webkit-text-size-adjust:100%}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:break-word}
a,summary{color:var(--link)}a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{position:static}
h1{font-size:1.7rem;line-height:1.25;margin-bottom:.3rem}h2{font-size:1.25rem;margin:2.4rem 0 .6rem;border-bottom:1px solid var(--edge)}
h3{font-size:1.05rem;margin:1.6rem 0 .4rem}.lead{color:var(--pale);margin-top:0}
nav ul{columns:2;padding-left:1.2rem;margin:.8rem 0}nav li{break-inside:avoid;font-size:.92rem}
figure{margin:1.6rem 0 2.2rem}figure svg{display:block;max-width:100%;height:auto}figcaption{font-size:.9rem;color:var(--pale);margin-top:.4rem}
.narrow-sheet{display:none}
.notes{background:var(--note);border-left:4px solid var(--link);padding:.4rem 1rem;margin:1rem 0;font-size:.92rem}.notes h2{margin:.2rem 0;border:0;font-size:1.05rem}.notes ul{margin:.3rem 0;padding-left:1.2rem}
.scroll{overflow-x:auto;max-width:100%;margin:.3rem 0 1rem}
table{border-collapse:collapse;font-size:.86rem}
th,td{padding:.22rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule);overflow-wrap:normal}
thead th{border-bottom:2px solid var(--edge);vertical-align:bottom}.r{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.scroll td:first-child,.scroll th:first-child{position:sticky;left:0;background:var(--paper);min-width:7rem;max-width:20rem}.rows td:first-child{min-width:15rem}
.blocks{overflow-x:auto;margin:.3rem 0 1rem}.blocks tbody th{font-weight:400;min-width:10rem;overflow-wrap:anywhere}.blocks .r{white-space:normal}.unbroken{white-space:nowrap}.blocks th,.blocks td{padding:.22rem .3rem}
.blocks .note{font-weight:400;font-size:inherit}.inside{color:var(--good)}.miss{color:var(--bad);font-weight:700}.open{color:var(--pale);font-style:italic}
.note{font-size:.86rem;color:var(--pale);margin:.3rem 0}summary{cursor:pointer;padding:.15rem 0}
pre{background:var(--box);padding:.8rem;overflow-x:auto;font-size:.8rem}code{overflow-wrap:anywhere}
@media screen and (max-width:739px){
body{margin:1rem auto;padding:0 .75rem}h1{font-size:1.4rem}nav ul{columns:1}
.wide-sheet{display:none}.narrow-sheet{display:block}
.scroll td:first-child,.scroll th:first-child{min-width:6rem;max-width:9rem}.rows td:first-child{min-width:9rem}
}
@media print,screen and (max-width:899px){
.blocks{overflow:visible}.blocks table,.blocks tbody{display:block}.blocks thead{position:absolute;left:-999rem}
.blocks tr{display:flex;flex-wrap:wrap;column-gap:1.2rem;padding:.5rem 0;border-bottom:1px solid var(--edge)}
.blocks th,.blocks td{border:0;padding:.1rem 0;text-align:left;white-space:normal;flex:0 1 auto}
.blocks tbody th{flex:1 1 62%;min-width:0;font-weight:600}.blocks td:nth-child(2){flex:0 1 30%}
.blocks td:nth-child(n+3)::before{content:attr(data-heading) ": ";color:var(--pale)}
}
@media print{details>*{display:block}details::details-content{content-visibility:visible}
figure svg,figure>h3,tr,.notes{break-inside:avoid}h2,h3,thead{break-after:avoid}figure>div{break-inside:avoid}
nav,.skip{display:none}body{max-width:none;margin:0}.scroll,.blocks{overflow:visible}.scroll td:first-child,.scroll th:first-child{position:static}}
)";

}  // namespace

std::string page_style() {
  return std::string(kVariables) + kPage +
         fmt::format("@media screen and (prefers-color-scheme:dark){{\n{}{}}}\n", kDarkVariables, dark_inks_css());
}

}  // namespace vt::report
