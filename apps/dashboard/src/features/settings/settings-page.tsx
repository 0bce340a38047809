import type { ReactNode } from "react";
import { Empty } from "../../shared/ui/states.tsx";

export function SettingsPage(): ReactNode {
  return <Empty title="Settings" />;
}
