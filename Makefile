# mien: everything runs in .venv beside this file. A second run installs nothing that is there already.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check

.PHONY: demo test check bench web raster pinyin needs clean

demo: .venv/.installed
	$(BIN)/mien say "今天终于通关了！！" "I miss my cat so much…" "えっ！？うそでしょ！？" "你居然骗我，太过分了！" \
	  "そ、そんな、照れちゃう///" "a hot bath, so relaxing…" --size 512 -o demo.mp4 --subtitles
	@echo "Watch demo.mp4 (with demo.srt), then talk to her yourself: $(BIN)/mien studio"

test: needs
	$(BIN)/python -m pytest

check: .venv/.tested
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# the figures of the README; the text corpora are not in the repository: make bench DATA=folder adds theirs
bench: .venv/.tested
	$(BIN)/mien bench --quality -o bench/results
	$(BIN)/mien bench text bench/chat_lines.tsv $(if $(DATA),--data $(DATA)) -o bench/results

# the browser's painter, whose built file is committed: needs node, and at first the network
web: web/node_modules/.package-lock.json
	cd web && npm run --silent check && npm run --silent build

# the painter's compiled code, whose built file is committed: needs the network at first, and no compiler
raster: .venv/bin/python
	$(PIP) ziglang==0.17.1
	cd src/mien/paint/raster && $(CURDIR)/$(BIN)/python -m ziglang cc --target=wasm32-freestanding -O3 -msimd128 \
	  -mnontrapping-fptoint -mbulk-memory -nostdlib -Wall -Wextra -DSOURCE="\"$$(sha256sum raster.c | cut -c1-64)\"" \
	  -Wl,--strip-all -Wl,--no-entry -Wl,--export-memory -Wl,-z,stack-size=65536 raster.c -o raster.wasm && chmod 644 raster.wasm

# how Chinese signs are read, whose packed table is committed: from pypinyin
pinyin: .venv/.tested
	$(BIN)/python -m mien.train.text.pinyin

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --ignore-scripts --silent
	@touch $@

# what the tests need: the tools, and a browser for the page
needs: .venv/.tested .venv/.browser

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml | .venv/bin/python
	$(PIP) -e .
	@touch $@

.venv/.tested: pyproject.toml | .venv/bin/python
	$(PIP) -e '.[dev,train]'
	@touch $@ .venv/.installed

.venv/.browser: | .venv/bin/python
	@if { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null \
	  && command -v chromedriver >/dev/null; then touch $@; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "installing Chromium for the browser test"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends chromium chromium-driver >/dev/null && touch $@; \
	else echo "no Chromium with chromedriver here: the browser test will be skipped"; fi
