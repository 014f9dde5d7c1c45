//! The looks, for light and for dark surroundings.

/// How many tones there are for lines.
pub(super) const TONES: usize = 8;

/// Plain rules first, for what knows no media.
pub(super) const STYLE: &str = "
text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Noto Sans Mono CJK SC',monospace;fill:#1f2430}
.page{fill:#fafbfc}
.box{fill:#fff;stroke:#b8c0cc}
.head{fill:#e9edf3}
.view .box{fill:#f4f0fb;stroke:#a994cf;stroke-dasharray:5 3}
.view .head{fill:#e8dff6}
.elsewhere .box{fill:none;stroke-dasharray:2 3}
.elsewhere .head{fill:none}
.title{font-weight:600}
.dim,.type{fill:#6b7485}
.mark{fill:#8a5a00;font-size:10px}
.line path{fill:none;stroke-width:1.4}
.line circle{fill:#fafbfc;stroke-width:1.4}
.line .reach{stroke:#000;stroke-opacity:0;stroke-width:9}
.line:hover .way,.line:hover .end{stroke-width:3}
.join{fill:none;stroke:#6b7485;stroke-width:1.4}
.t0{stroke:#2563c9}.t1{stroke:#b4460f}.t2{stroke:#187a43}.t3{stroke:#8b3bb8}
.t4{stroke:#a3780a}.t5{stroke:#0b7a86}.t6{stroke:#b92561}.t7{stroke:#5a6472}
@media (prefers-color-scheme:dark){
text{fill:#e3e7ee}
.page,.line circle{fill:#15181d}
.box{fill:#1d2128;stroke:#4a5362}
.head{fill:#2a303a}
.view .box{fill:#241f2e;stroke:#7b68a3}
.view .head{fill:#352c47}
.dim,.type{fill:#97a1b3}
.mark{fill:#e0b45c}
.join{stroke:#97a1b3}
.t0{stroke:#6ea3f5}.t1{stroke:#f08a52}.t2{stroke:#4fc07f}.t3{stroke:#c68be6}
.t4{stroke:#d9b24a}.t5{stroke:#3fc0cc}.t6{stroke:#f072a4}.t7{stroke:#a2adbd}
}
";
