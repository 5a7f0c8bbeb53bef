import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Violation } from '../problems/problems.js';
import type { Disclosure } from '../scoring/disclosure/seen.js';
import type { MetricCatalogue } from '../scoring/types.js';
import type { EvaluationState } from './evaluation-states.js';

/** 评价: one run of a scheme version for a period over figures frozen at the cut-off. */
@Entity()
export class Evaluation {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') scheme!: string;
  @Column('int') version!: number;
  @Column('text') title!: string;
  @Column('text') period!: string;
  @Column('text') state!: EvaluationState;
  @Column('timestamptz') cutOff!: Date;
  @Column('text') disclosure!: Disclosure;
  /** 公布名次; false: published by grades alone. Means something from the publication on. */
  @Column('boolean') ranks!: boolean;
  @Column('text') register!: string;
  /** 试算: the scheme was one that nobody else had reviewed, or retired. Never published. */
  @Column('boolean') trial!: boolean;
  /** Of the scheme, as it was at the start. */
  @Column('text', { nullable: true }) documentNumber!: string | null;
  @Column('date', { nullable: true }) effectiveFrom!: string | null;
  @Column('date', { nullable: true }) effectiveTo!: string | null;
  /** Of the scheme's life: in effect too late, no longer, not yet. Printed with the result. */
  @Column('jsonb') schemeWarnings!: readonly Violation[];
  /** The scheme's text, byte for byte, as it was at the start. */
  @Column('text') document!: string;
  @Column('jsonb') metrics!: MetricCatalogue;
  /** The fence: a worker stores only while the epoch is the one it claimed. */
  @Column('int') epoch!: number;
  @Column('text') step!: string;
  @Column('int') done!: number;
  @Column('int') total!: number;
  /** Hash of the bundle. */
  @Column('text', { nullable: true }) hash!: string | null;
  @Column('jsonb') counts!: Record<string, number>;
  @Column('text', { nullable: true }) error!: string | null;
  @Column('text') startedBy!: string;
  @Column('timestamptz') startedAt!: Date;
  @Column('text', { nullable: true }) verifiedBy!: string | null;
}
