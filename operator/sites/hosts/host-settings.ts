/** What the operator's configuration says of hosts, and of how many of them and of sites one namespace may have. */
export interface HostSettings {
  /** So long a host that a site gave back stays with its namespace; 0 gives it to whoever comes first, at once. */
  readonly releaseAfterSeconds: number;
  /** Absent: as many as there are. */
  readonly hostsPerNamespace?: number;
  readonly sitesPerNamespace?: number;
}

export const defaultHosts: HostSettings = { releaseAfterSeconds: 7 * 24 * 3600 };
