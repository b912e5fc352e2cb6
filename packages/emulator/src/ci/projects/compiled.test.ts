import { expect, test } from 'vitest';

import { compileJob, compileText } from '../testing/compile-text.ts';
import { outline } from '../testing/outline.ts';
import { yaml } from '../testing/yaml.ts';

test('a Rust crate is built for each target on the machines that can', () => {
  const text = yaml`
    variables:
      CARGO_HOME: $CI_PROJECT_DIR/.cargo
      RUSTFLAGS: -D warnings
    .cargo:
      cache:
        key: $CI_JOB_NAME_SLUG
        paths: [.cargo/registry, target]
    fmt: {stage: .pre, image: "rust:1.84", needs: [], script: cargo fmt --check}
    build:
      extends: .cargo
      stage: build
      parallel:
        matrix:
          - TARGET: [x86_64-unknown-linux-gnu, aarch64-unknown-linux-gnu]
            RUNNER: linux
          - TARGET: aarch64-apple-darwin
            RUNNER: macos
      tags: [$RUNNER]
      script:
        - rustup target add $TARGET
        - cargo build --release --target $TARGET
      artifacts:
        name: app-$TARGET
        paths: [target/$TARGET/release/app]
    test: {extends: .cargo, image: "rust:1.84", script: [cargo test --workspace]}
    release:
      stage: deploy
      image: registry.gitlab.com/gitlab-org/release-cli
      rules: [{if: $CI_COMMIT_TAG}]
      script: echo "releasing $CI_COMMIT_TAG"
      release:
        tag_name: $CI_COMMIT_TAG
        name: Version $CI_COMMIT_TAG
        description: CHANGELOG.md
        assets:
          links:
            - {name: Linux, url: "https://example.org/$CI_COMMIT_TAG/linux", link_type: package}
  `;
  expect(outline(compileText(text, { ref: 'v2.0.0', tag: true }))).toEqual([
    '.pre: fmt | needs nothing',
    'build: build: [x86_64-unknown-linux-gnu, linux]',
    'build: build: [aarch64-unknown-linux-gnu, linux]',
    'build: build: [aarch64-apple-darwin, macos]',
    'test: test',
    'deploy: release',
  ]);
  expect(compileJob(text, { name: 'build: [aarch64-apple-darwin, macos]' }).tags).toEqual([
    'macos',
  ]);
  expect(compileJob(text, { ref: 'v2.0.0', tag: true, name: 'release' }).release).toMatchObject({
    tag_name: '$CI_COMMIT_TAG',
    assets: { links: [{ name: 'Linux', link_type: 'package' }] },
  });
});

test('a Go service is tested in short by branch and at length by night', () => {
  const text = yaml`
    workflow:
      rules:
        - if: $CI_PIPELINE_SOURCE == "schedule"
          variables: {GOFLAGS: -count=1, KIND: nightly}
        - if: $CI_COMMIT_BRANCH || $CI_COMMIT_TAG
    default: {image: "golang:1.24"}
    .rules:
      nightly: {rules: [{if: $KIND == "nightly"}]}
      always: {rules: [{if: $KIND == "nightly", when: never}, {when: on_success}]}
    vet: {script: go vet ./..., rules: !reference [.rules, always, rules]}
    short:
      script: go test -short -race ./...
      rules: !reference [.rules, always, rules]
    long:
      script: go test -timeout 2h ./...
      timeout: 2h 10m
      rules: !reference [.rules, nightly, rules]
    fuzz:
      parallel: 2
      script: go test -fuzz=Fuzz -fuzztime=30m ./parser
      rules: !reference [.rules, nightly, rules]
      artifacts: {when: on_failure, untracked: true}
  `;
  expect(outline(compileText(text))).toEqual(['test: vet', 'test: short']);
  const nightly = compileText(text, { variables: { CI_PIPELINE_SOURCE: 'schedule' } });
  expect(outline(nightly)).toEqual(['test: long', 'test: fuzz 1/2', 'test: fuzz 2/2']);
  expect(nightly.jobs[0]).toMatchObject({
    timeout: 7800,
    variables: { GOFLAGS: { value: '-count=1' } },
  });
  expect(nightly.jobs[1]?.artifacts).toMatchObject([{ untracked: true, when: 'on_failure' }]);
});

test('a C++ library is built by several compilers, with sanitizers allowed to complain', () => {
  const text = yaml`
    stages: [build, test]
    .build: &build
      stage: build
      image: registry.example.org/toolchains/$COMPILER
      variables: {CCACHE_DIR: $CI_PROJECT_DIR/.ccache, CMAKE_GENERATOR: Ninja}
      cache: {key: ccache-$COMPILER, paths: [.ccache], when: always}
      script:
        - cmake -B build -DCMAKE_BUILD_TYPE=$BUILD_TYPE $EXTRA
        - cmake --build build
      artifacts: {paths: [build/], expire_in: 6 hours}
    gcc:
      <<: *build
      parallel:
        matrix: [{COMPILER: [gcc-13, gcc-14], BUILD_TYPE: [Debug, Release]}]
    clang asan:
      <<: *build
      variables:
        COMPILER: clang-19
        BUILD_TYPE: Debug
        EXTRA: -DSANITIZE=address,undefined
    ctest:
      stage: test
      needs:
        - job: gcc
          parallel: {matrix: [{COMPILER: gcc-14, BUILD_TYPE: Release}]}
      script: ctest --test-dir build --output-junit junit.xml
      artifacts: {reports: {junit: build/junit.xml}}
    ctest asan:
      stage: test
      dependencies: [clang asan]
      script: ctest --test-dir build
      allow_failure: {exit_codes: [1, 8]}
  `;
  expect(outline(compileText(text))).toEqual([
    'build: gcc: [gcc-13, Debug]',
    'build: gcc: [gcc-13, Release]',
    'build: gcc: [gcc-14, Debug]',
    'build: gcc: [gcc-14, Release]',
    'build: clang asan',
    'test: ctest | needs gcc: [gcc-14, Release]',
    'test: ctest asan | may fail 1,8 | fetches clang asan',
  ]);
  // A merge key replaces mappings within the mapping, unlike extends.
  expect(Object.keys(compileJob(text, { name: 'clang asan' }).variables)).toEqual([
    'COMPILER',
    'BUILD_TYPE',
    'EXTRA',
  ]);
});

test('an Android application is built by Gradle and handed to testers', () => {
  const text = yaml`
    image: cimg/android:2025.01
    variables:
      GRADLE_OPTS: "-Dorg.gradle.daemon=false"
      GRADLE_USER_HOME: "$CI_PROJECT_DIR/.gradle"
    cache: &cache
      key: {files: [gradle/wrapper/gradle-wrapper.properties, gradle/libs.versions.toml]}
      paths: [.gradle/wrapper, .gradle/caches]
    assembleDebug:
      stage: build
      script: ./gradlew assembleDebug
      artifacts: {paths: ["app/build/outputs/**/*.apk"]}
    test:
      cache: {<<: *cache, policy: pull}
      script: ./gradlew testDebugUnitTest
      artifacts: {when: always, reports: {junit: "**/build/test-results/**/TEST-*.xml"}}
    beta:
      stage: deploy
      script: fastlane beta
      when: manual
      environment: {name: beta, deployment_tier: staging}
  `;
  expect(outline(compileText(text))).toEqual([
    'build: assembleDebug',
    'test: test',
    'deploy: beta | manual | may fail',
  ]);
  const [build, tests] = compileText(text).jobs;
  expect(build?.cache[0]?.key).toBe('0_gradle/wrapper/gradle-wrapper_gradle/libs-default');
  expect(tests?.cache[0]).toMatchObject({ policy: 'pull', key: build?.cache[0]?.key });
});

test('an iOS application goes to a Mac, its certificates in the keychain for the job alone', () => {
  const text = yaml`
    default:
      tags: [macos, xcode-16]
      before_script: &unlock
        - security unlock-keychain -p "$KEYCHAIN_PASSWORD" ci.keychain
        - bundle install --path vendor
      after_script:
        - security lock-keychain ci.keychain
    unit: {script: bundle exec fastlane scan, artifacts: {paths: [fastlane/test_output], when: always}}
    swiftlint: {script: swiftlint lint --strict, before_script: [], after_script: []}
    testflight:
      stage: deploy
      before_script: [*unlock, agvtool new-version -all $CI_PIPELINE_IID]
      script: bundle exec fastlane pilot
      rules: [{if: $CI_COMMIT_TAG =~ /^build-/}]
      retry: 1
  `;
  const { jobs } = compileText(text, { ref: 'build-77', tag: true });
  expect(jobs.map(({ script }) => script.length)).toEqual([3, 1, 4]);
  expect(jobs[1]?.after_script).toEqual([]);
  expect(jobs[2]).toMatchObject({ tags: ['macos', 'xcode-16'], retry: { max: 1 } });
});

test('firmware is flashed on a bench in the laboratory, one board at a time', () => {
  const text = yaml`
    stages: [yocto, bench, report]
    system image:
      stage: yocto
      tags: [yocto]
      timeout: 8h
      variables: {GIT_SUBMODULE_STRATEGY: recursive, GIT_DEPTH: 0}
      cache: {key: sstate, paths: [sstate-cache], policy: $SSTATE_POLICY, untracked: false}
      hooks: {pre_get_sources_script: [git config --global url.ssh://git@lab/.insteadOf https://lab/]}
      script: kas build kas.yml
      artifacts: {paths: ["build/tmp/deploy/images/*/*.wic.gz"], expire_in: 30 days}
    flash:
      stage: bench
      tags: [bench, $BOARD]
      resource_group: bench-$BOARD
      parallel: {matrix: [{BOARD: [imx8, rpi5]}]}
      script: [labgrid-client -p $BOARD write-image, pytest --lg-env $BOARD.yml tests/]
      after_script: labgrid-client -p $BOARD release
      retry: {max: 2, when: runner_system_failure}
    summary:
      stage: report
      when: always
      script: ./summarise
  `;
  const { jobs, notes } = compileText(text, { variables: { SSTATE_POLICY: 'pull' } });
  expect(outline({ jobs })).toEqual([
    'yocto: system image',
    'bench: flash: [imx8]',
    'bench: flash: [rpi5]',
    'report: summary | always',
  ]);
  expect(jobs[0]).toMatchObject({
    timeout: 28_800,
    variables: { GIT_DEPTH: { value: '0' } },
    hooks: { pre_get_sources_script: [expect.stringContaining('insteadOf')] },
    cache: [{ policy: '$SSTATE_POLICY', untracked: false }],
  });
  expect(jobs[2]).toMatchObject({
    tags: ['bench', 'rpi5'],
    retry: { when: ['runner_system_failure'] },
  });
  expect(notes.map(({ what }) => what)).toEqual(['flash:resource_group holds no job back here']);
});
