import React from 'react';
import type { IFinding } from '../protocol';
import { usePanelServices } from './services';

/** What is wrong with a context, each with its line; where `onGoto` is given, a click goes there. */
export function Findings(props: {
  findings: readonly IFinding[];
  onGoto?: (line: number) => void;
}): React.JSX.Element | null {
  const { trans } = usePanelServices();
  const { findings, onGoto } = props;
  if (findings.length === 0) {
    return null;
  }
  return (
    <ul
      className="jp-AutoDash-findings"
      data-testid="autodash-findings"
      aria-label={trans.__('To be mended')}
    >
      {findings.map((finding, index) => (
        <li key={index} data-severity={finding.severity}>
          {finding.line !== null && <Line line={finding.line} onGoto={onGoto} />}
          <span className="jp-AutoDash-srOnly">
            {finding.severity === 'failed' ? trans.__('wrong:') : trans.__('to look at:')}
          </span>
          <span>{withoutLine(finding)}</span>
        </li>
      ))}
    </ul>
  );
}

function Line(props: {
  line: number;
  onGoto?: ((line: number) => void) | undefined;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { line, onGoto } = props;
  const text = trans.__('line %1', line);
  return onGoto === undefined ? (
    <span className="jp-AutoDash-findingLine">{text}</span>
  ) : (
    <button
      type="button"
      className="jp-AutoDash-link jp-AutoDash-findingLine"
      title={trans.__('Go to line %1', line)}
      onClick={() => {
        onGoto(line);
      }}
    >
      {text}
    </button>
  );
}

/** Errors of reading begin with the line, which stands before them here. */
function withoutLine(finding: IFinding): string {
  return finding.message.replace(/^Line \d+: /, '');
}
