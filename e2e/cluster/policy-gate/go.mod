module hostedsite.dev/e2e/cluster/policy-gate

go 1.26
