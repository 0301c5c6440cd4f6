namespace Pipeline.Core.Reports;

/// <summary>How the page looks, in light and in dark.</summary>
internal static class ReportStyle
{
    /// <summary>The style sheet.</summary>
    public const string Css = """
        :root {
          --ground: #fbfbfa; --card: #ffffff; --ink: #1d2127; --soft: #5b6470; --line: #dfe2e6;
          --train: #3b6fd4; --validation: #e08a1e; --test: #2a9d8f; --error: #b3261e; --warning: #8f5a00; --note: #2b5fab; --ok: #1d7a46;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #14171b; --card: #1c2026; --ink: #e6e8eb; --soft: #a3abb5; --line: #323840;
            --train: #6f9df0; --validation: #f0a94e; --test: #4fc4b5; --error: #ff8a80; --warning: #f3bd5b; --note: #8db8f5; --ok: #6fd39a;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        main { max-width: 860px; margin: 0 auto; padding: 32px 20px 64px; }
        h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 8px; overflow-wrap: anywhere; }
        h2 { font-size: 1.2rem; margin: 44px 0 12px; }
        h3 { font-size: 1rem; margin: 0 0 6px; }
        section > h3 { margin-top: 24px; }
        p { margin: 0 0 10px; }
        a { color: inherit; text-decoration: none; }
        a:hover, a:focus-visible { text-decoration: underline; }
        code { font: .9em ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
        .kicker { color: var(--soft); margin: 0; font-size: .85rem; letter-spacing: .04em; text-transform: uppercase; }
        .lead { font-size: 1.05rem; }
        .small { color: var(--soft); font-size: .85rem; margin: 4px 0 0; }
        .verdict { font-size: .9rem; font-weight: 600; border: 1.5px solid; border-radius: 999px; padding: 2px 12px; vertical-align: middle; white-space: nowrap; }
        .verdict.ok { color: var(--ok); } .verdict.error { color: var(--error); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0 0; }
        .tiles div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; }
        .tiles dt { color: var(--soft); font-size: .85rem; } .tiles dd { margin: 0; font-size: 1.3rem; font-weight: 600; font-variant-numeric: tabular-nums; }
        .tiles dd.small { font-size: .82rem; font-weight: 400; }
        .finding { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 8px; padding: 14px 16px; margin: 0 0 14px; }
        .finding.error { --tone: var(--error); } .finding.warning { --tone: var(--warning); } .finding.note { --tone: var(--note); }
        .finding .mark { display: inline-block; width: 1.35em; height: 1.35em; line-height: 1.35em; text-align: center; border-radius: 50%; background: var(--tone); color: var(--card); font-size: .8rem; font-weight: 700; }
        .finding .severity { color: var(--tone); } .finding .count { color: var(--soft); font-weight: 400; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th { text-align: left; font-weight: 400; } td { text-align: right; }
        .places th { color: var(--soft); white-space: nowrap; vertical-align: top; padding: 3px 14px 3px 0; font-size: .88rem; width: 1%; max-width: 40vw; overflow: hidden; text-overflow: ellipsis; }
        .places td { text-align: start; padding: 3px 0; font: .86rem/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
        .labels thead th { color: var(--soft); font-size: .82rem; text-align: right; } .labels thead th:first-child { text-align: left; }
        .labels th[scope=row] { max-width: 16em; overflow-wrap: anywhere; padding-right: 12px; line-height: 1.3; }
        .labels td, .labels th { padding-top: 3px; padding-bottom: 3px; } .labels td { padding-left: 14px; }
        .labels .bar { width: 45%; padding-left: 0; } .labels svg { display: block; width: 100%; height: 14px; }
        .train { fill: var(--train); background: var(--train); } .validation { fill: var(--validation); background: var(--validation); } .test { fill: var(--test); background: var(--test); }
        .legend { color: var(--soft); font-size: .88rem; } .key { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin: 0 4px 0 10px; } .key:first-child { margin-left: 0; }
        .numbers { width: auto; } .numbers th, .numbers td { padding: 3px 24px 3px 0; } .numbers td { text-align: right; }
        .numbers thead th { color: var(--soft); font-size: .85rem; } .numbers thead th + th { text-align: right; }
        .chart { display: block; width: 100%; height: auto; } .chart text { fill: var(--soft); font: 12px system-ui, sans-serif; }
        .chart .bar { fill: var(--train); } .chart .rest { opacity: .45; } .chart .grid { stroke: var(--line); }
        .chart line.limit { stroke: var(--error); stroke-width: 1.5; stroke-dasharray: 4 3; } .chart text.limit { fill: var(--error); }
        summary { cursor: pointer; color: var(--soft); padding: 6px 0; }
        footer { color: var(--soft); font-size: .85rem; border-top: 1px solid var(--line); margin-top: 48px; padding-top: 14px; overflow-wrap: anywhere; }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        @media (max-width: 560px) { .labels td:nth-child(n+4), .labels thead th:nth-child(n+4) { display: none; } .places th { white-space: normal; } }
        @media print { .finding, .tiles div { break-inside: avoid; } }
        """;
}
