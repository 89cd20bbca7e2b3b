#!/usr/bin/env node
// Has Microsoft's SARIF validator look at logs as GitHub code scanning would.
//
//     node tests/sarif/validate.mjs FILE...
//
// Needs Node 20 and x86-64 Linux; the first run installs the validator from the lock file into target/sarif-multitool.
// Prints what it finds and exits with 1 when there is an error, with 2 when it could not look.

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const home = resolve(here, '../../target/sarif-multitool');
const packageDir = join(home, 'node_modules/@microsoft/sarif-multitool-linux');
const binary = join(packageDir, 'Sarif.Multitool');

/** Something the check itself stumbled over, not the log. */
class Trouble extends Error {}

/** Installs the pinned validator unless it is there in that version. */
function install() {
  const lock = readFileSync(join(here, 'package-lock.json'), 'utf8');
  const installed = join(home, 'package-lock.json');
  if (existsSync(binary) && existsSync(installed) && readFileSync(installed, 'utf8') === lock) return;
  mkdirSync(home, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(here, file), join(home, file));
  // Its install script does nothing but the chmod below.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = spawnSync('npm', args, { cwd: home, stdio: ['ignore', 'inherit', 'inherit'] });
  if (npm.error || npm.status !== 0) {
    rmSync(join(home, 'package-lock.json'), { force: true });
    throw new Trouble(`npm ci failed in ${home}${npm.error ? `: ${npm.error.message}` : ''}`);
  }
  chmodSync(binary, 0o755);
}

/** What the validator says of a log. */
function validate(file, scratch) {
  if (!existsSync(file)) throw new Trouble(`${file}: no such file`);
  // The validator takes a log that is no SARIF at all for a good one.
  let log;
  try {
    log = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return [{ level: 'error', rule: 'unreadable', text: error.message }];
  }
  if (log?.version !== '2.1.0' || !Array.isArray(log.runs)) {
    return [{ level: 'error', rule: 'unreadable', text: 'this is no SARIF 2.1.0 log' }];
  }

  // Under a name of our own: the validator passes over files whose name it does not take for a log's.
  const input = join(scratch, 'input.sarif');
  const output = join(scratch, 'output.sarif');
  cpSync(file, input);
  rmSync(output, { force: true });
  const args = [
    'validate', input,
    '--rule-kind', 'Sarif;Ghas',
    '--config', join(here, 'github.config.xml'),
    '--json-schema', join(packageDir, 'sarif-2.1.0.json'),
    '--level', 'Error;Warning;Note',
    '--output', output,
    '--log', 'ForceOverwrite',
  ];
  const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' };
  const tool = spawnSync(binary, args, { encoding: 'utf8', env, maxBuffer: 1 << 28 });
  if (tool.error) throw new Trouble(`${binary}: ${tool.error.message}`);
  if (!existsSync(output)) {
    throw new Trouble(`the validator wrote nothing (exit code ${tool.status})\n${tool.stdout}${tool.stderr}`);
  }

  // Its exit code is 0 whatever it finds.
  const findings = [];
  for (const run of JSON.parse(readFileSync(output, 'utf8')).runs ?? []) {
    for (const result of run.results ?? []) {
      findings.push({ level: result.level ?? 'warning', rule: result.ruleId, text: message(run, result) });
    }
    for (const invocation of run.invocations ?? []) {
      const said = [...(invocation.toolConfigurationNotifications ?? []), ...(invocation.toolExecutionNotifications ?? [])];
      for (const notification of said.filter((notification) => notification.level === 'error')) {
        // A rule of the validator that crashes (ERR999) has seen something nobody foresaw.
        findings.push({ level: 'error', rule: notification.descriptor?.id ?? 'ERR', text: firstLine(notification) });
      }
    }
  }
  return findings;
}

/** What a notification says, without the stack trace below. */
function firstLine(notification) {
  return (notification.message?.text ?? '').split('\n', 1)[0];
}

/** A message with its arguments filled in. */
function message(run, result) {
  const where = result.locations?.[0]?.physicalLocation?.region;
  const line = where?.startLine ? `line ${where.startLine}: ` : '';
  if (result.message?.text) return line + result.message.text;
  const rule = run.tool?.driver?.rules?.find((rule) => rule.id === result.ruleId);
  const text = rule?.messageStrings?.[result.message?.id]?.text ?? result.message?.id ?? '';
  return line + text.replace(/\{(\d+)\}/g, (_, index) => result.message.arguments?.[index] ?? '');
}

function main(files) {
  if (files.length === 0) throw new Trouble('usage: node tests/sarif/validate.mjs FILE...');
  install();
  const scratch = mkdtempSync(join(tmpdir(), 'sarif-check-'));
  let errors = 0;
  try {
    for (const file of files) {
      const findings = validate(file, scratch);
      const failed = findings.filter(({ level }) => level === 'error');
      errors += failed.length;
      const notes = new Map();
      for (const { level, rule, text } of findings) {
        if (level === 'error' || level === 'warning') console.log(`${file}: ${level} ${rule}: ${text}`);
        else notes.set(rule, (notes.get(rule) ?? 0) + 1);
      }
      const counted = [...notes].map(([rule, times]) => `${rule} ×${times}`).join(', ');
      console.log(`${failed.length === 0 ? 'ok' : 'FAILED'} ${basename(file)}${counted && ` (notes: ${counted})`}`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return errors === 0 ? 0 : 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
