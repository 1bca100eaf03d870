/** @file The style of the report, light and dark, from 390 pixels on. */
export const STYLE: string = `
  :root { color-scheme: light dark; --page: #f5f6f9; --card: #fff; --ink: #1d2433; --pale: #5c667a; --edge: #e0e4eb;
    --right: #2563b8; --wrong: #c2410c; }
  @media (prefers-color-scheme: dark) { :root { --page: #0e1116; --card: #14181f; --ink: #e8ebf1; --pale: #a3adbd;
    --edge: #2c3440; --right: #74aef5; --wrong: #f7936b; } }
  * { box-sizing: border-box; }
  body { font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; margin: 0; background: var(--page); color: var(--ink); }
  main { max-width: 72rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
  h1 { font-size: clamp(1.6rem, 5vw, 2.4rem); line-height: 1.15; margin: 0 0 .4rem; letter-spacing: -.02em; }
  h2 { font-size: 1.25rem; line-height: 1.2; margin: 0 0 .25rem; }
  section { margin-top: 2.5rem; }
  p { max-width: 44rem; margin: 0 0 1rem; }
  .lede, .note { color: var(--pale); }
  .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0; }
  .figures div { background: var(--card); border: 1px solid var(--edge); border-radius: .75rem; padding: .9rem 1rem; }
  .figures dt { color: var(--pale); font-size: .85rem; }
  .figures dd { margin: 0; font-size: 1.7rem; font-weight: 650; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
  .figures .first { grid-column: span 2; }
  .figures .first dd { font-size: clamp(2.6rem, 9vw, 3.6rem); line-height: 1.1; color: var(--right); }
  .card { background: var(--card); border: 1px solid var(--edge); border-radius: .75rem; padding: .75rem; overflow: hidden; }
  .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(21rem, 100%), 1fr)); gap: .75rem; }
  .pair { display: grid; gap: .75rem; grid-template-columns: minmax(0, 1fr); }
  @media (min-width: 1100px) { .pair { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
  .sample header { display: flex; align-items: center; gap: 1rem; }
  .digit { width: 5rem; height: 5rem; flex: none; border-radius: .4rem; background: var(--page); }
  .verdict { margin: 0; display: flex; gap: 1.25rem; }
  .verdict div { color: var(--pale); font-size: .85rem; line-height: 1.1; }
  .verdict b { display: block; font-size: 2rem; color: var(--ink); }
  .verdict .right b { color: var(--right); }
  .verdict .wrong b { color: var(--wrong); }
  svg.ndl-plot { display: block; margin: 0 auto; }
  svg.ndl-plot .paper { fill: none; }
  .wide { display: none; }
  @media (min-width: 760px) { .wide { display: block; } .narrow { display: none; } }
  details { margin-top: .75rem; }
  summary { cursor: pointer; font-weight: 600; padding: .35rem 0; }
  table { border-collapse: collapse; width: 100%; font-size: .92rem; }
  th, td { padding: .3rem .75rem .3rem 0; text-align: left; vertical-align: top; border-top: 1px solid var(--edge); overflow-wrap: anywhere; }
  /* Names of one long word stay whole where they can: the other column gives way. */
  th { font-weight: 500; color: var(--pale); width: 45%; overflow-wrap: break-word; }`;
