import { colorCount } from './palette.ts';

export type Rgb = readonly [red: number, green: number, blue: number];

/** What canvases need of the theme, as the style sheet resolves it now. */
export interface Theme {
  readonly foreground: Rgb;
  readonly muted: Rgb;
  readonly background: Rgb;
  readonly grid: string;
  readonly border: string;
  readonly series: readonly Rgb[];
  readonly font: { readonly family: string; readonly size: number };
}

export function readTheme(): Theme {
  const probe = document.createElement('span');
  document.body.append(probe);
  const rgb = (variable: string): Rgb => {
    probe.style.color = `var(${variable})`;
    const numbers = getComputedStyle(probe)
      .color.match(/[\d.]+/g)!
      .map(Number);
    return [numbers[0], numbers[1], numbers[2]];
  };
  const { fontFamily, fontSize } = getComputedStyle(document.body);
  const foreground = rgb('--page-foreground');
  const theme: Theme = {
    foreground,
    muted: rgb('--page-muted'),
    background: rgb('--page-background'),
    grid: css(foreground, 0.12),
    border: css(rgb('--page-border')),
    series: Array.from({ length: colorCount }, (_, i) => rgb(`--series-${i}`)),
    font: { family: fontFamily, size: Math.max(10, Number.parseFloat(fontSize) - 2) },
  };
  probe.remove();
  return theme;
}

export function css([red, green, blue]: Rgb, alpha = 1): string {
  return `rgb(${red} ${green} ${blue} / ${alpha})`;
}

/** Steps towards the foreground and the background, so that runs of one group differ and still belong together. */
const shades = [0, 0.35, -0.3, 0.55, -0.5] as const;

export function seriesColor(theme: Theme, slot: number, shade = 0): Rgb {
  const color = theme.series[slot % theme.series.length];
  const step = shades[shade % shades.length];
  const to = step > 0 ? theme.foreground : theme.background;
  const share = Math.abs(step);
  return [0, 1, 2].map((i) => Math.round(color[i] * (1 - share) + to[i] * share)) as unknown as Rgb;
}

/** Calls when the editor's theme changes, which it tells by the body's class, or the system's where there is no editor. */
export function onThemeChange(listen: () => void): void {
  new MutationObserver(listen).observe(document.body, { attributeFilter: ['class'] });
  new MutationObserver(listen).observe(document.documentElement, { attributeFilter: ['style'] });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', listen);
}
