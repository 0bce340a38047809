/** Where a secret is found when it is needed: an environment variable, a file relative to the configuration, the desk's own secrets. Never the secret itself. */
export type SecretReference = Readonly<{ env: string } | { file: string } | { secret: string }>;
export const SEVERITIES = ["info", "warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Where alarms are heard; addresses may hold a secret of their own, so they may be references too. */
export type AlarmChannelConfig = Readonly<{
  kind: "ntfy" | "webhook";
  url: string | SecretReference;
  /** ntfy only. */
  topic: string | null;
  token: SecretReference | null;
}>;

export type AlarmsConfig = Readonly<{
  /** Null: alarms are kept and shown, and nobody is told. */
  channel: AlarmChannelConfig | null;
  minSeverity: Severity;
  /** How often an alarm that is not over and not acknowledged is told again. */
  repeatEveryMs: number;
  /** Whether channel and heartbeat may be on this machine or its network, and speak http. */
  allowPrivate: boolean;
  heartbeat: Readonly<{ url: string | SecretReference; everyMs: number }> | null;
  /** Free space of the data folder below which the disk is nearly full. */
  diskFreeMinBytes: number;
  /** Null: nobody is told of missing backups. */
  backupAgeMaxMs: number | null;
}>;

export type KillConfig = Readonly<{
  /** False: nobody watches the file while the desk runs; a start obeys it all the same. */
  watchdog: boolean;
  /** What a file that says nothing asks for. */
  level: "pause" | "cancel" | "flatten";
  /** How long the desk may take to obey before its process is ended. */
  patienceMs: number;
  /** Beyond how many within a minute the desk kills a portfolio or the account by itself; null: never. */
  storms: Readonly<{ orders: number | null; rejects: number | null; accountOrders: number | null }>;
}>;
