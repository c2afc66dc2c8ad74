import React from 'react';

const HEIGHT = 14;
const BAR = 4;

/** The shape of a column's values, too small to read numbers off: a picture beside its name. */
export function Histogram(props: { counts: readonly number[] }): React.JSX.Element {
  const { counts } = props;
  const most = Math.max(...counts, 1);
  return (
    <svg
      className="jp-AutoDash-histogram"
      aria-hidden="true"
      width={counts.length * BAR}
      height={HEIGHT}
    >
      {counts.map((count, place) => {
        const height = count === 0 ? 0 : Math.max(1, (HEIGHT * count) / most);
        return (
          <rect key={place} x={place * BAR} y={HEIGHT - height} width={BAR - 1} height={height} />
        );
      })}
    </svg>
  );
}
