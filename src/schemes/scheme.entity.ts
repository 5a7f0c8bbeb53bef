import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SchemeState } from './scheme-states.js';

/** 评价方案: a version of a scheme document. The text never changes; a better one is another version. */
@Entity()
export class Scheme {
  @PrimaryColumn('text') code!: string;
  @PrimaryColumn('int') version!: number;
  @Column('text') title!: string;
  @Column('text') cadence!: 'annual' | 'quarterly';
  /** Which list of institutions it evaluates: `district`, or a list of published figures. */
  @Column('text') register!: string;
  @Column('text') state!: SchemeState;
  @Column('text') document!: string;
  @Column('text') createdBy!: string;
  @Column('timestamptz') createdAt!: Date;
  /** Counts the acts on it: its ETag. */
  @Column('int') lifeVersion!: number;
  @Column('text', { nullable: true }) reviewedBy!: string | null;
  @Column('timestamptz', { nullable: true }) reviewedAt!: Date | null;
  /** 征求意见, first and last day. */
  @Column('date', { nullable: true }) opensOn!: string | null;
  @Column('date', { nullable: true }) closesOn!: string | null;
  @Column('text', { nullable: true }) consultedWhom!: string | null;
  /** 文号. */
  @Column('text', { nullable: true }) documentNumber!: string | null;
  /** 施行, first and last day; no last one: until further notice. */
  @Column('date', { nullable: true }) effectiveFrom!: string | null;
  @Column('date', { nullable: true }) effectiveTo!: string | null;
  @Column('text', { nullable: true }) issuedBy!: string | null;
  @Column('timestamptz', { nullable: true }) issuedAt!: Date | null;
  @Column('text', { nullable: true }) retiredBy!: string | null;
  @Column('timestamptz', { nullable: true }) retiredAt!: Date | null;
  @Column('text', { nullable: true }) retireReason!: string | null;
}
