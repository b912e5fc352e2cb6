import { randomUUID } from 'node:crypto';
import { Clock } from '../clock.ts';
import { Repositories } from '../git/repositories.ts';
import { defaultSettings, type Settings } from '../settings.ts';
import { Spool } from '../storage/spool.ts';
import { TempFolder } from '../storage/temp-folder.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { advancePipeline } from './advance-pipeline.ts';
import { Ids } from './ids.ts';
import type { Job } from './job.ts';
import { Jobs } from './jobs.ts';
import { ObjectStorage } from './object-storage.ts';
import { Pipelines } from './pipelines.ts';
import type { Project } from './project.ts';
import { Projects } from './projects.ts';
import { deservesRetry, retryJob } from './retry-job.ts';
import { Runners } from './runners.ts';
import { newPersonalAccessToken, newRegistrationToken, newRunnerToken } from './tokens.ts';
import { Users } from './users.ts';
import type { User } from './user.ts';

/** Everything that a GitLab knows, without globals: as many as wanted live in one process. */
export class World {
  readonly clock = new Clock();
  readonly ids = new Ids();
  readonly folder = new TempFolder();
  readonly spool = new Spool(this.folder);
  readonly instanceUuid = randomUUID();
  readonly instanceId = randomUUID();
  /** An instance runner that takes untagged jobs. */
  readonly runnerToken = newRunnerToken('instance_type', false);
  /** The administrator's personal access token. */
  readonly adminToken = newPersonalAccessToken();
  /** Registers instance runners. */
  registrationToken = newRegistrationToken();
  /** Where the emulator is reached; known once it listens. */
  url = '';
  settings: Settings;
  users!: Users;
  projects!: Projects;
  runners!: Runners;
  pipelines!: Pipelines;
  jobs!: Jobs;
  acknowledgements!: Acknowledgements;
  repositories!: Repositories;
  objectStorage!: ObjectStorage;
  /** The administrator, whose jobs those are that name no user. */
  root!: User;
  /** Where jobs without a project belong. */
  defaultProject!: Project;
  readonly #initialSettings: Settings;
  readonly #initialRegistrationToken = this.registrationToken;
  readonly #fixed = {
    user: this.ids.next('user'),
    namespace: this.ids.next('group'),
    project: this.ids.next('project'),
    runner: this.ids.next('runner'),
  };

  constructor(settings: Partial<Settings>) {
    this.#initialSettings = { ...defaultSettings, ...settings };
    this.settings = this.#initialSettings;
    this.#populate();
  }

  /** As new, but that ids go on: nothing that was given one is found under another's. */
  reset(): void {
    const runners = this.runners.all();
    this.clock.reset();
    this.settings = this.#initialSettings;
    this.registrationToken = this.#initialRegistrationToken;
    this.spool.clear();
    this.folder.remove();
    this.#populate();
    for (const runner of runners) runner.tick();
  }

  /** Time goes forward, and what was waiting for it goes on. */
  advanceClock(seconds: number): void {
    this.clock.advance(seconds);
    this.acknowledgements.requeueExpired();
    this.jobs.playDue();
  }

  close(): void {
    for (const runner of this.runners.all()) runner.tick();
    this.spool.close();
    this.folder.remove();
  }

  #populate(): void {
    const { ids, clock, spool } = this;
    this.users = new Users(ids, clock);
    this.projects = new Projects(ids, clock);
    this.runners = new Runners(ids, clock, () => this.settings);
    this.pipelines = new Pipelines(ids, clock);
    this.jobs = new Jobs({
      ids,
      clock,
      spool,
      runners: this.runners,
      onEnd: (job) => this.#ended(job),
    });
    this.acknowledgements = new Acknowledgements(clock, this.jobs);
    this.repositories = new Repositories(this.folder);
    this.objectStorage = new ObjectStorage(() => this.url);
    this.root = this.users.add({ username: 'root', admin: true }, this.#fixed.user);
    this.users.addToken(this.root, ['api'], this.adminToken);
    const namespace = this.projects.addUserNamespace(this.root, this.#fixed.namespace);
    this.defaultProject = this.projects.addProject(
      { path: 'project', namespace },
      this.#fixed.project,
    );
    this.#addDefaultRunner();
  }

  #addDefaultRunner(): void {
    const attributes = {
      description: 'emulator',
      name: undefined,
      paused: false,
      locked: false,
      accessLevel: 'not_protected',
      runUntagged: true,
      tags: [],
      maximumTimeoutS: undefined,
      maintenanceNote: undefined,
    } as const;
    this.runners.add(
      {
        type: 'instance_type',
        attributes: { ...attributes },
        registered: false,
        creator: this.root,
      },
      { id: this.#fixed.runner, token: this.runnerToken },
    );
  }

  /** A retry takes its place before later jobs look at how it went. */
  #ended(job: Job): void {
    if (deservesRetry(job)) retryJob(this.jobs, job);
    advancePipeline(this.jobs, job.pipeline);
  }
}
