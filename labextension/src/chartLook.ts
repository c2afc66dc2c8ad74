type Spec = Readonly<Record<string, unknown>>;

/** The theme's own colours for what is neither data nor paper. */
export interface IInk {
  readonly text: string;
  readonly lines: string;
}

const SEVERAL_VIEWS = ['facet', 'hconcat', 'vconcat', 'concat', 'repeat'];
const CHANNELS_OF_VIEWS = ['row', 'column', 'facet'];
const LOWEST = 120;
const HIGHEST = 240;

/**
 * A chart's spec as the panel draws it: on the panel's own ground, in the theme's ink, at a width
 * given in pixels, axes and legend included. A chart of several views keeps its size.
 */
export function drawn(spec: Spec, width: number, ink: IInk): Spec {
  const { config, ...rest } = spec;
  const looks = { ...rest, background: 'transparent', config: inked((config ?? {}) as Spec, ink) };
  if (hasSeveralViews(spec)) {
    return looks;
  }
  delete (looks as { title?: unknown }).title; // it stands above the chart, as text that wraps
  const height = typeof spec.height === 'number' ? spec.height : (2 * width) / 3;
  return {
    ...looks,
    width,
    height: Math.min(Math.max(Math.round(height), LOWEST), HIGHEST),
    autosize: { type: 'fit', contains: 'padding' }
  };
}

function hasSeveralViews(spec: Spec): boolean {
  const encoding = (spec.encoding ?? {}) as Spec;
  return (
    SEVERAL_VIEWS.some(name => name in spec) || CHANNELS_OF_VIEWS.some(name => name in encoding)
  );
}

function inked(config: Spec, { text, lines }: IInk): Spec {
  const words = { labelColor: text, titleColor: text };
  return {
    ...config,
    axis: { ...(config.axis as Spec | undefined), ...words, ...axisLines(lines) },
    legend: { ...(config.legend as Spec | undefined), ...words, orient: 'bottom', columns: 3 },
    header: { ...(config.header as Spec | undefined), ...words },
    title: { ...(config.title as Spec | undefined), color: text, subtitleColor: text },
    text: { ...(config.text as Spec | undefined), color: text }
  };
}

function axisLines(lines: string): Spec {
  return { gridColor: lines, domainColor: lines, tickColor: lines };
}
