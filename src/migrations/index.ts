import { Foundation1795500000000 } from './1795500000000-foundation.js';
import { PeopleAndProof1795600000000 } from './1795600000000-people-and-proof.js';
import { Analyses1795700000000 } from './1795700000000-analyses.js';
import { SchemeLife1795800000000 } from './1795800000000-scheme-life.js';
import { QuarterlyFiling1795900000000 } from './1795900000000-quarterly-filing.js';
import { ImportStates1796100000000 } from './1796100000000-import-states.js';
import { Notices1796200000000 } from './1796200000000-notices.js';
import { Register1796310000000 } from './1796310000000-register.js';
import { RegisterWorkbooks1796311000000 } from './1796311000000-register-workbooks.js';
import { Flags1796312000000 } from './1796312000000-flags.js';
import { Intake1796320000000 } from './1796320000000-intake.js';
import { Trial1796330000000 } from './1796330000000-trial.js';
import { Backfill1796331000000 } from './1796331000000-backfill.js';
import { Publication1796340000000 } from './1796340000000-publication.js';
import { AliasKey1796350000000 } from './1796350000000-alias-key.js';

/** In the order they run. Listed by name: a file pattern would depend on where the code stands. */
export const MIGRATIONS = [
  Foundation1795500000000,
  PeopleAndProof1795600000000,
  Analyses1795700000000,
  SchemeLife1795800000000,
  QuarterlyFiling1795900000000,
  ImportStates1796100000000,
  Notices1796200000000,
  Register1796310000000,
  RegisterWorkbooks1796311000000,
  Flags1796312000000,
  Intake1796320000000,
  Trial1796330000000,
  Backfill1796331000000,
  Publication1796340000000,
  AliasKey1796350000000,
];
