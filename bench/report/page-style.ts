/** Colours that can be told apart also by those who see fewer of them (after Okabe and Ito), for light and dark. */
const light = ['#0072b2', '#d55e00', '#009e73', '#b8468f', '#8a6d00', '#3a9bd9', '#555555', '#7a3e00'];
const dark = ['#56b4e9', '#ff8c42', '#2fd3a0', '#e58bc4', '#f0e442', '#9ecbff', '#bbbbbb', '#d9a066'];

const palette = (colours: readonly string[]): string =>
  colours.map((colour, index) => `--c${index}: ${colour};`).join(' ');

export const pageStyle = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1c1c1e; --faint: #6b6b70; --grid: #e3e3e6; ${palette(light)} }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16171a; --ink: #e8e8ea; --faint: #a0a0a6; --grid: #33353a; ${palette(dark)} }
}
body { margin: 2rem auto; max-width: 76rem; padding: 0 1rem; font: 15px/1.5 system-ui, sans-serif; background: var(--paper); color: var(--ink); }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 0; border-top: 1px solid var(--grid); padding-top: 1rem; }
header p, section > p { color: var(--faint); margin: 0.3rem 0; }
.warning { color: var(--c1); }
nav a { color: var(--c0); margin-right: 0.8rem; }
table { border-collapse: collapse; margin: 0.8rem 0; }
th, td { padding: 0.1rem 1rem 0.1rem 0; text-align: left; font-weight: normal; }
.value { text-align: right; font-variant-numeric: tabular-nums; font-weight: 600; }
.note { color: var(--faint); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; }
figcaption { font-weight: 600; }
svg { width: 100%; height: auto; display: block; }
svg text { font: 11px system-ui, sans-serif; fill: var(--faint); }
svg .unit { fill: var(--ink); }
.grid { stroke: var(--grid); stroke-width: 1; }
.line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.legend { list-style: none; margin: 0.2rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; font-size: 13px; }
.swatch { display: inline-block; width: 1.1rem; height: 0.25rem; border-radius: 2px; margin-right: 0.4rem; vertical-align: middle; }
${light.map((_, index) => `.c${index} { stroke: var(--c${index}); } .s${index} { background: var(--c${index}); }`).join('\n')}
`;
