import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

const ITEM =
  "flex min-h-9 cursor-pointer items-center gap-2 rounded px-2 text-sm outline-none select-none data-disabled:opacity-50 data-highlighted:bg-sunken";

/** A button that opens a list of things to do. */
export function Menu({ trigger, label, children }: Readonly<{ trigger: ReactNode; label?: string; children: ReactNode }>): ReactNode {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          aria-label={label}
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-[70dvh] min-w-44 overflow-auto rounded-lg border border-line bg-raised p-1 shadow-lg"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem({
  onSelect,
  href,
  danger = false,
  disabled = false,
  children,
}: Readonly<{ onSelect?: () => void; href?: string; danger?: boolean; disabled?: boolean; children: ReactNode }>): ReactNode {
  const className = cn(ITEM, danger && "text-danger");
  if (href === undefined)
    return (
      <DropdownMenu.Item disabled={disabled} className={className} onSelect={onSelect}>
        {children}
      </DropdownMenu.Item>
    );
  return (
    <DropdownMenu.Item asChild disabled={disabled}>
      <a href={href} download className={className}>
        {children}
      </a>
    </DropdownMenu.Item>
  );
}

/** A thing that is on or off; the list stays open. */
export function MenuCheck({
  checked,
  onChange,
  children,
}: Readonly<{ checked: boolean; onChange: (checked: boolean) => void; children: ReactNode }>): ReactNode {
  return (
    <DropdownMenu.CheckboxItem checked={checked} onCheckedChange={onChange} onSelect={(event) => event.preventDefault()} className={ITEM}>
      <span aria-hidden className="w-4 text-accent">
        {checked ? "✓" : ""}
      </span>
      {children}
    </DropdownMenu.CheckboxItem>
  );
}

type Choice<T extends string> = Readonly<{ value: T; label: string }>;

/** One of a few; the list stays open. */
export function MenuChoice<T extends string>({
  label,
  value,
  choices,
  onChange,
}: Readonly<{ label: string; value: T; choices: readonly Choice<T>[]; onChange: (value: T) => void }>): ReactNode {
  return (
    <DropdownMenu.RadioGroup aria-label={label} value={value} onValueChange={(chosen) => onChange(chosen as T)}>
      <MenuLabel>{label}</MenuLabel>
      {choices.map(({ value: each, label: text }) => (
        <DropdownMenu.RadioItem key={each} value={each} onSelect={(event) => event.preventDefault()} className={ITEM}>
          <span aria-hidden className="w-4 text-accent">
            {each === value ? "●" : ""}
          </span>
          {text}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

export const MenuLabel = ({ children }: Readonly<{ children: ReactNode }>): ReactNode => (
  <DropdownMenu.Label className="px-2 pt-2 pb-1 text-xs text-muted">{children}</DropdownMenu.Label>
);
