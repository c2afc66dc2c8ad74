import React from 'react';

/** A button of the panel: an icon and a word, or a word alone. */
export const ActionButton = React.forwardRef<
  HTMLButtonElement,
  {
    label: string;
    /** What it will do, in full; also its name for a screen reader, where that says more. */
    title: string;
    icon?: React.ReactNode;
    testId?: string;
    isMain?: boolean;
    disabled?: boolean;
    type?: 'button' | 'submit';
    onClick?: () => void;
  }
>(function ActionButton(props, ref) {
  const { label, title, icon, testId, isMain, disabled, type = 'button', onClick } = props;
  return (
    <button
      ref={ref}
      type={type}
      className="jp-AutoDash-button"
      data-testid={testId}
      data-main={isMain}
      disabled={disabled}
      title={title}
      onClick={onClick}
    >
      {icon}
      {label}
    </button>
  );
});
