/**
 * How many requests a pod's cache has at its application at once. An application that hangs keeps each of them until its time is
 * over, also when the visitor has left, and each takes threads and memory. What is looked up, renewals, what is passed and what
 * changes something have places of their own, so that none can keep the others out. Varnish has threads for 5,000. A connection
 * that was upgraded stays for hours: it has a place beside those of requests.
 */
export const connections = { lookedUp: 100, renewed: 100, passed: 300, sent: 100 } as const;
export const upgraded = 300;
