# Everything that a developer, CI or a visitor runs. `make help` lists it.
SHELL := /bin/sh
NODE := node_modules/.bin/node
MOCHA := $(NODE) node_modules/mocha/bin/mocha.js
CLUSTER := $(NODE) e2e/cluster/main.ts

.DEFAULT_GOAL := help

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z0-9.-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

node_modules/.ready: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	touch $@

generate: node_modules/.ready ## write crds/, the chart's CRDs, rules and images, and docs/reference/
	$(NODE) tools/generate-api.ts

verify: node_modules/.ready ## fail when a generated file is stale
	$(NODE) tools/generate-api.ts --check
	$(NODE) bench/write-tables.ts --check

types: node_modules/.ready ## type-check
	$(NODE) node_modules/typescript/bin/tsc --noEmit -p .

lint: node_modules/.ready ## format, lint and architecture rules
	$(NODE) node_modules/prettier/bin/prettier.cjs --check --log-level warn .
	$(NODE) node_modules/eslint/bin/eslint.js --max-warnings 0 .
	$(NODE) node_modules/dependency-cruiser/bin/dependency-cruiser.mjs --config .dependency-cruiser.mjs operator tools e2e charts bench

unit: node_modules/.ready ## rules and builders, without a cluster
	$(MOCHA)

golden: node_modules/.ready ## rewrite the golden files after a wanted change
	UPDATE_GOLDEN=1 $(MOCHA)

format: node_modules/.ready ## format the code
	$(NODE) node_modules/prettier/bin/prettier.cjs --write --log-level warn .

install.yaml: node_modules/.ready ## the chart as one file for kubectl, dist/install.yaml (REGISTRY=… NAMESPACE=… HELM=helm)
	@mkdir -p dist
	@REGISTRY=$(REGISTRY) $(if $(NAMESPACE),NAMESPACE=$(NAMESPACE)) $(if $(HELM),HELM=$(HELM)) $(NODE) tools/install-file.ts > dist/install.yaml.part
	@mv dist/install.yaml.part dist/install.yaml

mutants: node_modules/.ready ## plant defects one by one and see whether the specs notice
	@$(NODE) e2e/mutants/main.ts

check: verify types lint unit mutants ## all that needs no cluster

programs: node_modules/.ready ## build the cluster's programs that are missing; a first time takes long
	@$(CLUSTER) programs

images: node_modules/.ready ## build the images that are missing (REGISTRY=… PUSH=1: push those of sites and the operator)
	@$(if $(REGISTRY)$(PUSH),,$(CLUSTER) packages)
	@$(NODE) e2e/images.ts $(if $(REGISTRY)$(PUSH),--registry='$(REGISTRY)' --push='$(PUSH)')

cluster: node_modules/.ready ## start a real Kubernetes on this machine (NODES=3)
	@$(CLUSTER) up $(if $(NODES),--nodes $(NODES))

cluster-down: node_modules/.ready ## stop it (KEEP=1 leaves its data)
	@$(CLUSTER) down $(if $(KEEP),--keep)

cluster-status: node_modules/.ready ## say whether it runs, and where
	@$(CLUSTER) status

operator: node_modules/.ready ## install this checkout's operator into the cluster
	@$(NODE) e2e/install.ts

demo: node_modules/.ready ## a WordPress behind ingress and Varnish, from nothing
	@$(NODE) e2e/demo.ts

e2e: programs images ## the stories on the real cluster
	$(MOCHA) --config e2e/.mocharc.json 'e2e/*.e2e.ts'

e2e-nodes: programs images ## the stories of lost and drained nodes, on a cluster of three
	$(MOCHA) --config e2e/three-nodes/.mocharc.json

faults: node_modules/.ready ## break the operator's way to the API server (SAMPLE=n SEED=n FAMILY=F1,F2 PLAN=json)
	@$(CLUSTER) programs kubernetes etcd helm
	@$(NODE) e2e/faults/main.ts --report reliability.json $(if $(SAMPLE),--sample $(SAMPLE)) \
		$(if $(SEED),--seed $(SEED)) $(if $(FAMILY),--family $(FAMILY)) $(if $(PLAN),--plan '$(PLAN)')

bench: node_modules/.ready ## what the operator costs, beside the same in Go (QUICK=1)
	@$(CLUSTER) programs kubernetes etcd helm
	@$(NODE) bench/main.ts $(if $(QUICK),--quick)

tables: node_modules/.ready ## write the tables of docs/evidence/performance.md from docs/evidence/figures
	@$(NODE) bench/write-tables.ts

availability: images ## what visitors notice of releases, on the running test cluster (RUNS=n ONLY=text)
	@$(NODE) --disable-warning=ExperimentalWarning bench/site/main.ts $(if $(RUNS),--runs $(RUNS)) $(if $(ONLY),--only '$(ONLY)')

e2e/soak/node_modules/.ready: e2e/soak/package.json e2e/soak/package-lock.json
	npm ci --prefix e2e/soak --no-audit --no-fund --loglevel=error
	touch $@

soak: node_modules/.ready e2e/soak/node_modules/.ready ## every defect that Stryker knows, in the files that decide (FILE=path AGAIN=1); long
	@$(NODE) e2e/soak/main.ts $(if $(FILE),--file $(FILE)) $(if $(AGAIN),--again)

test: node_modules/.ready ## everything: check, then chart and stories on a real cluster
	@$(NODE) tools/test/main.ts

.PHONY: help generate verify types lint unit golden format install.yaml mutants check faults bench tables availability programs images cluster cluster-down cluster-status operator demo e2e e2e-nodes soak test
