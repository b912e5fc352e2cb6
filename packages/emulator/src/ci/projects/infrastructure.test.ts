import { expect, test } from 'vitest';

import { compileJob, compileText, problemsOf } from '../testing/compile-text.ts';
import { outline } from '../testing/outline.ts';
import { yaml } from '../testing/yaml.ts';

test('images are built in Docker for each architecture and joined under one name', () => {
  const text = yaml`
    stages: [build, manifest, scan]
    variables:
      DOCKER_TLS_CERTDIR: /certs
      IMAGE: $CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA
    .docker:
      image: docker:28
      services: ["docker:28-dind"]
      before_script:
        - echo "$CI_REGISTRY_PASSWORD" | docker login -u "$CI_REGISTRY_USER" --password-stdin $CI_REGISTRY
    build image:
      extends: .docker
      stage: build
      parallel: {matrix: [{ARCH: [amd64, arm64]}]}
      tags: ["saas-linux-small-$ARCH"]
      script:
        - docker build --pull -t $IMAGE-$ARCH .
        - docker push $IMAGE-$ARCH
    manifest:
      extends: .docker
      stage: manifest
      script: docker buildx imagetools create -t $IMAGE $IMAGE-amd64 $IMAGE-arm64
    trivy:
      stage: scan
      image: {name: aquasec/trivy, entrypoint: [""]}
      needs: [manifest]
      script: trivy image --format template --output gl-container-scanning-report.json $IMAGE
      allow_failure: true
      artifacts: {reports: {container_scanning: gl-container-scanning-report.json}}
  `;
  expect(outline(compileText(text))).toEqual([
    'build: build image: [amd64]',
    'build: build image: [arm64]',
    'manifest: manifest',
    'scan: trivy | may fail | needs manifest',
  ]);
  expect(compileJob(text, { name: 'build image: [arm64]' })).toMatchObject({
    tags: ['saas-linux-small-arm64'],
    services: [{ name: 'docker:28-dind' }],
    variables: { ARCH: { value: 'arm64' }, DOCKER_TLS_CERTDIR: { value: '/certs' } },
  });
  expect(compileJob(text, { name: 'trivy' }).artifacts).toEqual([
    {
      name: 'gl-container-scanning-report.json',
      paths: ['gl-container-scanning-report.json'],
      when: 'always',
      artifact_type: 'container_scanning',
      artifact_format: 'raw',
    },
  ]);
});

test('Terraform plans in merge requests, and applies by hand what was planned', () => {
  const text = yaml`
    default:
      image: {name: "hashicorp/terraform:1.10", entrypoint: ["/usr/bin/env"]}
      before_script: [cd $ROOT, terraform init]
    workflow:
      rules:
        - if: $CI_MERGE_REQUEST_IID
        - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
    .state: &state
      ROOT: \${CI_PROJECT_DIR}/envs/$ENV
      TF_ADDRESS: \${CI_API_V4_URL}/projects/\${CI_PROJECT_ID}/terraform/state/\${ENV}
    .plan:
      stage: build
      script:
        - terraform plan -out=plan.cache
        - terraform show -json plan.cache > plan.json
      artifacts:
        name: plan-$ENV
        access: developer
        paths: [envs/$ENV/plan.cache]
        reports: {terraform: envs/$ENV/plan.json}
    .apply:
      stage: deploy
      script: terraform apply -input=false plan.cache
      rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH, when: manual}]
    plan staging: {extends: .plan, variables: {<<: *state, ENV: staging}}
    plan prod: {extends: .plan, variables: {<<: *state, ENV: prod}}
    apply staging: {extends: .apply, variables: {<<: *state, ENV: staging}, needs: [plan staging]}
    apply prod: {extends: .apply, variables: {<<: *state, ENV: prod}, needs: [plan prod, apply staging]}
  `;
  const review = { CI_PIPELINE_SOURCE: 'merge_request_event', CI_MERGE_REQUEST_IID: '7' };
  expect(outline(compileText(text, { ref: 'x', variables: review }))).toEqual([
    'build: plan staging',
    'build: plan prod',
  ]);
  expect(outline(compileText(text)).slice(2)).toEqual([
    'deploy: apply staging | manual | needs plan staging',
    'deploy: apply prod | manual | needs plan prod, apply staging',
  ]);
  expect(compileJob(text, { name: 'plan prod' }).artifacts).toMatchObject([
    { artifact_type: 'archive', access: 'developer', paths: ['envs/$ENV/plan.cache'] },
    { artifact_type: 'terraform', name: 'tfplan.json', paths: ['envs/$ENV/plan.json'] },
  ]);
});

test('a Helm chart is linted, and deployed to where the branch belongs', () => {
  const text = yaml`
    image: alpine/helm:3.17
    stages: [lint, deploy]
    lint: {stage: lint, script: "helm lint chart/ --values chart/values.$ENV.yaml", parallel: {matrix: [{ENV: [dev, prod]}]}}
    deploy:
      stage: deploy
      script: helm upgrade --install app chart/ --namespace $NAMESPACE
      environment: {name: $NAMESPACE, kubernetes: {namespace: $NAMESPACE}}
      rules:
        - if: '$CI_COMMIT_BRANCH == "main"'
          variables: {NAMESPACE: production}
          when: manual
        - if: $CI_COMMIT_BRANCH =~ /^(develop|feature\/.+)$/
          variables: {NAMESPACE: development}
  `;
  const deployed = (ref: string): string | undefined =>
    compileText(text, { ref }).jobs.find(({ name }) => name === 'deploy')?.variables['NAMESPACE']
      ?.value;
  expect(['main', 'develop', 'feature/x', 'other'].map(deployed)).toEqual([
    'production',
    'development',
    'development',
    undefined,
  ]);
});

test('Ansible is tried dry before it is run, with its secrets in files', () => {
  const text = yaml`
    stages: [check, run]
    .ansible:
      image: quay.io/ansible/creator-ee
      variables: {ANSIBLE_FORCE_COLOR: true, ANSIBLE_CONFIG: ./ansible.cfg}
      before_script:
        - chmod 0600 "$SSH_KEY"
        - eval $(ssh-agent -s) && ssh-add "$SSH_KEY"
      script: ansible-playbook -i inventory/$INVENTORY site.yml $ARGS
    check: {extends: .ansible, stage: check, variables: {INVENTORY: staging, ARGS: --check --diff}}
    staging: {extends: .ansible, stage: run, variables: {INVENTORY: staging}}
    production:
      extends: .ansible
      stage: run
      needs: [staging]
      variables: {INVENTORY: production, ARGS: "--limit 'web:!web-3'"}
      when: manual
      manual_confirmation: Really?
  `;
  expect(compileJob(text, { name: 'check' }).variables).toEqual({
    ANSIBLE_FORCE_COLOR: { value: 'true' },
    ANSIBLE_CONFIG: { value: './ansible.cfg' },
    INVENTORY: { value: 'staging' },
    ARGS: { value: '--check --diff' },
  });
  expect(outline(compileText(text)).at(-1)).toBe(
    'run: production | manual | may fail | needs staging',
  );
});

test('machine images are baked in turn, the slow way kept for the night', () => {
  const text = yaml`
    variables: {PACKER_LOG: "1"}
    validate: {stage: .pre, script: packer validate .}
    bake:
      stage: build
      timeout: 3 hours 30 minutes
      parallel: {matrix: [{DISTRO: [debian-12, debian-13], CLOUD: [aws, openstack]}]}
      rules:
        - if: $CI_PIPELINE_SOURCE == "schedule"
        - changes: ["images/$DISTRO/**/*"]
      script: packer build -only="$CLOUD.$DISTRO" .
    sweep: {stage: .post, script: ./sweep, when: always, allow_failure: true}
  `;
  const given = { changedFiles: ['images/debian-13/packages.txt'] };
  expect(outline(compileText(text, given))).toEqual([
    '.pre: validate',
    'build: bake: [debian-13, aws]',
    'build: bake: [debian-13, openstack]',
    '.post: sweep | always | may fail',
  ]);
  const nightly = { changedFiles: [], variables: { CI_PIPELINE_SOURCE: 'schedule' } };
  expect(compileText(text, nightly).jobs).toHaveLength(6);
  expect(problemsOf(text, { changedFiles: ['README.md'] })[0]).toContain(
    'only jobs of .pre and .post',
  );
});

test('a pipeline with what only GitLab can do compiles as long as that is kept out', () => {
  const text = yaml`
    build: {stage: build, script: make}
    sign:
      stage: deploy
      id_tokens: {SIGSTORE_ID_TOKEN: {aud: sigstore}}
      script: cosign sign $IMAGE
      rules: [{if: $CI_COMMIT_TAG}]
    downstream:
      stage: deploy
      trigger: {project: group/deployments, strategy: depend}
      needs: [build]
      rules: [{if: $CI_COMMIT_TAG}]
    vault:
      stage: deploy
      secrets: {PASSWORD: {vault: production/db/password@ops}}
      script: ./migrate
      rules: [{if: $CI_COMMIT_TAG}]
  `;
  expect(outline(compileText(text))).toEqual(['build: build']);
  expect(problemsOf(text, { ref: 'v1', tag: true })).toEqual([
    '4:14 sign:id_tokens asks for tokens that only GitLab can sign',
    '9:12 downstream:trigger starts another pipeline, which there is none of here',
    '14:12 vault:secrets asks for secrets from a vault, which there is none of here',
  ]);
});
