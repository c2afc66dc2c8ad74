type Spec = Readonly<Record<string, unknown>>;

const SEVERAL_VIEWS = ['facet', 'hconcat', 'vconcat', 'concat', 'repeat'];
const CHANNELS_OF_VIEWS = ['row', 'column', 'facet'];
const LOWEST = 120;
const HIGHEST = 240;

/** A chart's spec at a width given in pixels, axes and legend included; one of several views as it is. */
export function fitted(spec: Spec, width: number): Spec {
  const encoding = (spec.encoding ?? {}) as Spec;
  const hasSeveral =
    SEVERAL_VIEWS.some(name => name in spec) || CHANNELS_OF_VIEWS.some(name => name in encoding);
  if (hasSeveral) {
    return spec;
  }
  const height = typeof spec.height === 'number' ? spec.height : (2 * width) / 3;
  const untitled = { ...spec };
  delete (untitled as { title?: unknown }).title; // it stands above the chart, as text that wraps
  const config = { ...(spec.config as Spec | undefined), legend: { orient: 'bottom', columns: 3 } };
  return {
    ...untitled,
    config,
    width,
    height: Math.min(Math.max(Math.round(height), LOWEST), HIGHEST),
    autosize: { type: 'fit', contains: 'padding' }
  };
}
