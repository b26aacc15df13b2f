import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Who may import whom. Default: deny. Each place has one row here that lists what it may import; a place without a row
 * may not exist. Each rule has a fixture in test/architecture that breaks it, and a test that it fires.
 */

/**
 * The rooms of the services, sorted by what is in them, so that a new slice needs no line here:
 * `write` changes state (a command, or a unit of work behind a consumer), `read` answers queries or feeds a read model,
 * `saga` holds one saga, `shared` is what several of them use.
 */
function roomsOf(root) {
  const rooms = { write: [], read: [], saga: [], shared: [] };
  for (const app of foldersIn(join(root, 'apps'))) {
    const source = join(root, 'apps', app, 'src');
    for (const room of foldersIn(source)) {
      const kind = kindOf(room, readdirSync(join(source, room)));
      if (kind) rooms[kind].push(`apps/${app}/src/${room}`);
    }
  }
  return rooms;
}

function kindOf(room, files) {
  const has = (suffix) => files.some((file) => file.endsWith(`.${suffix}.ts`));
  if (files.length === 0 || ['domain', 'persistence', 'sagas'].includes(room)) return undefined;
  if (room.endsWith('-saga')) return 'saga';
  if (has('command')) return 'write';
  if (has('projector')) return 'read';
  if (has('unit') || has('consumer')) return 'write';
  if (has('query') || has('reader')) return 'read';
  return 'shared';
}

const foldersIn = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
    : [];

const rooms = roomsOf(process.cwd());

/** A pattern that matches nothing when there is no such room yet. */
const anyOf = (folders) => (folders.length === 0 ? '^(?!)' : `^(${folders.join('|')})/`);

const tests = '\\.(spec|int-spec|e2e-spec)\\.ts$|/testing/|^test/';
const packages = (...names) => `node_modules/(${names.join('|')})(/|$)|^(${names.join('|')})$`;

const inputAndOutput = [
  packages('amqplib', 'mysql2', 'typeorm', 'fastify', 'winston', 'prom-client', 'rxjs', '@nestjs/[^/]+'),
  '^(node:)?(fs|fs/promises|net|tls|http|http2|https|dns|dgram|child_process|worker_threads|cluster)$',
].join('|');

/** What is not ours: packages and Node's own modules. Rules below say where the telling ones may be used. */
const notOurs = 'node_modules/|^(node:)?[a-z0-9_/]+$';

const database =
  '^libs/persistence/(unit-of-work|table|columns|persistence\\.module|errors|database-clock|page-by-age|self-committed|housekeeping/[^/]+)\\.ts$';
const messagingPorts =
  '^libs/messaging/(envelope|outgoing-message|outbox|outbox\\.row|inbox|parked-delivery|parking-lot|parse-envelope)\\.ts$';
const webLibraries = '^libs/(http|auth)/';

const pureSaga = '^libs/saga/[^/]+\\.ts$';
const runningSaga =
  '^libs/saga/[^/]*(\\.row|\\.migration|\\.query|binding|runner|poller|metrics|pruning)[^/]*\\.ts$';

/** A row of the table: `from` may import `may` and nothing else. Its own files are always among them. */
const row = (name, comment, from, may) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from.path, pathNot: [tests, ...(from.pathNot ?? [])] },
  to: { pathNot: may },
});

const libraries = [
  row(
    'kernel-imports-nothing',
    'Everything stands on the kernel, so it stands on nothing. (uuid makes the ids.)',
    { path: '^libs/kernel/' },
    ['^libs/kernel/', packages('uuid')],
  ),
  row(
    'contracts-import-kernel-and-schemas',
    'A participant in another repository could take libs/contracts as it is: kernel and the schema library, no more.',
    { path: '^libs/contracts/' },
    ['^libs/(contracts|kernel)/', packages('zod')],
  ),
  row(
    'observability-imports-kernel',
    'Whatever logs and counts is used by all other libraries, so it knows none of them.',
    { path: '^libs/observability/', pathNot: ['^libs/observability/health/'] },
    ['^libs/(observability|kernel)/', notOurs],
  ),
  row(
    'health-imports-auth-and-observability',
    'Health is asked over HTTP, in detail by staff only. Nothing else in libs/observability is; nobody imports it but services.',
    { path: '^libs/observability/health/' },
    ['^libs/(observability|kernel|auth)/', notOurs],
  ),
  row(
    'persistence-imports-kernel-and-observability',
    'The unit of work knows rows and transactions; what is a message or a saga is not its business.',
    { path: '^libs/persistence/' },
    ['^libs/(persistence|kernel|observability)/', notOurs],
  ),
  row(
    'messaging-imports-persistence-and-contracts',
    'Outbox and inbox are rows, so messaging stands on persistence, never the other way round.',
    { path: '^libs/messaging/' },
    ['^libs/(messaging|persistence|contracts|kernel|observability)/', notOurs],
  ),
  row(
    'saga-definition-and-engine-are-pure',
    'Definition and engine decide without I/O: kernel, and the types of messages. What runs them has a name that says so.',
    { path: pureSaga, pathNot: [runningSaga] },
    ['^libs/saga/', '^libs/kernel/', '^libs/contracts/message-type\\.ts$'],
  ),
  {
    name: 'saga-definition-knows-no-runner',
    comment: 'The pure half of libs/saga does not know the half that does I/O.',
    severity: 'error',
    from: { path: pureSaga, pathNot: [tests, runningSaga] },
    to: { path: runningSaga },
  },
  row(
    'saga-runner-imports-messaging-and-persistence',
    'The runner binds the engine to rows and messages; it knows no service and no web.',
    { path: runningSaga },
    ['^libs/(saga|messaging|persistence|contracts|kernel|observability)/', notOurs],
  ),
  row(
    'auth-imports-kernel-and-observability',
    'Who is calling is decided before anything else is known.',
    { path: '^libs/auth/' },
    ['^libs/(auth|kernel|observability)/', notOurs],
  ),
  row(
    'http-imports-auth-and-kernel',
    'HTTP maps refusals and faults to answers. Of persistence it knows only the faults.',
    { path: '^libs/http/' },
    ['^libs/(http|auth|kernel|observability)/', '^libs/persistence/errors\\.ts$', notOurs],
  ),
  row(
    'service-imports-what-every-process-has',
    'What the processes of all services have in common: settings, start and end. It knows no database and no message.',
    { path: '^libs/service/' },
    ['^libs/(service|auth|http|kernel|observability)/', '^libs/messaging/start-consuming\\.ts$', notOurs],
  ),
  {
    name: 'library-has-a-row',
    comment:
      'A library without a row could import anything. Add its row, a fixture, and say in an ADR why it exists.',
    severity: 'error',
    from: {
      path: '^libs/',
      pathNot: [
        '^libs/(kernel|contracts|observability|persistence|messaging|saga|auth|http|service)/',
        tests,
      ],
    },
    to: {},
  },
  {
    name: 'library-knows-no-service',
    comment: 'Libraries serve the services; what a library needs to know of one is handed to it.',
    severity: 'error',
    from: { path: '^libs/' },
    to: { path: '^(apps|migrations|scripts|bench)/' },
  },
];

/** What a write slice may import besides itself. */
const portsOfWriting = [
  '^apps/[^/]+/src/(domain|persistence)/',
  '^libs/(kernel|contracts|observability)/',
  webLibraries,
  database,
  messagingPorts,
  '^libs/saga/',
  anyOf(rooms.shared),
  anyOf(rooms.saga),
  '^apps/[^/]+/src/sagas/(start-[^/]+|[^/]+-act)\\.ts$',
  '^apps/[^/]+/src/.*\\.(command|row|reader)\\.ts$',
  '^apps/[^/]+/src/order-view/(order-freshness|consistency-token|view-repair)\\.ts$',
  '^apps/[^/]+/src/config\\.ts$',
  notOurs,
];

/** What binds sagas to their service: starts them, hands replies to them, carries out what they decide. */
const sagaBinding = '^apps/[^/]+/src/sagas/';

const services = [
  {
    name: 'service-never-imports-another',
    comment: 'All that passes between services is messages: each can be deployed, scaled and replaced alone.',
    severity: 'error',
    from: { path: '^apps/([^/]+)/' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  row(
    'domain-imports-domain-and-kernel',
    "The order's rules, and those of stock and payments, are plain functions on plain values.",
    { path: '^apps/([^/]+)/src/domain/' },
    ['^apps/$1/src/domain/', '^libs/kernel/'],
  ),
  {
    name: 'domain-reaches-no-io',
    comment: 'Not transitively either: a rule that could wait or fail for the network is no rule.',
    severity: 'error',
    from: { path: '^apps/[^/]+/src/domain/', pathNot: tests },
    to: { path: inputAndOutput, reachable: true },
  },
  row(
    'rows-and-mappers-import-domain-and-tables',
    'persistence/ turns what the domain decides into rows and back. It describes tables, and never opens one.',
    { path: '^apps/([^/]+)/src/persistence/' },
    [
      '^apps/$1/src/(persistence|domain)/',
      '^libs/(kernel|contracts)/',
      '^libs/persistence/(columns|table)\\.ts$',
      packages('typeorm'),
    ],
  ),
  row(
    'write-slice-imports-its-ports',
    'A write slice: itself, domain, kernel, contracts; the ports unit of work, outbox, inbox and saga; rows of its service; ' +
      "HTTP and auth for its controller, the read model's reader for the answer; metrics; rooms that slices share; " +
      "other slices' commands. It never reaches into another slice, nor past a port.",
    { path: anyOf(rooms.write) },
    ['^$1/', ...portsOfWriting],
  ),
  row(
    'read-slice-imports-no-rules',
    'A read slice: itself, the read model that it shares with other read slices, contracts, kernel, the persistence library, ' +
      "HTTP and auth. Never the order's rules or the write side's rows: it would start to decide.",
    { path: anyOf(rooms.read), pathNot: ['/(order-freshness|written-orders)\\.ts$'] },
    [
      anyOf(rooms.read),
      '^libs/(kernel|contracts|observability)/',
      webLibraries,
      database,
      messagingPorts,
      anyOf(rooms.shared),
      '^apps/[^/]+/src/[^/]+/[^/]+\\.row\\.ts$',
      '^apps/[^/]+/src/domain/(order\\.events|[^/]+\\.errors|[^/]+-status)\\.ts$',
      // What a saga did is kept with the saga and nowhere else.
      '^libs/saga/(timeline|instance|attention|saga-timeline\\.row|saga\\.row)\\.ts$',
      '^apps/[^/]+/src/config\\.ts$',
      notOurs,
    ],
  ),
  {
    name: 'read-slice-leaves-the-write-side-alone',
    comment:
      'Queries read read models. The exceptions are named: a caller who brings a consistency token that the read model ' +
      'has not reached yet gets a single order from the write side (order-freshness.ts), views are compared with orders in ' +
      'the background (written-orders.ts), and the timeline is nowhere else.',
    severity: 'error',
    from: { path: anyOf(rooms.read), pathNot: [tests, '/(order-freshness|written-orders)\\.ts$'] },
    to: { path: '^apps/[^/]+/src/persistence/|^apps/[^/]+/src/domain/order\\.ts$' },
  },
  row(
    'saga-imports-contracts-domain-and-libs-saga',
    'A saga is a text on steps and replies: itself, its participants, contracts, libs/saga, domain, kernel. What binds ' +
      'it to rows and messages is in a room of its own.',
    { path: anyOf(rooms.saga) },
    ['^$1/', '^libs/(saga|contracts|kernel)/', '^apps/[^/]+/src/(domain|participants)/'],
  ),
  row(
    'saga-binding-imports-its-ports',
    'What binds a saga to its service stands on the same ports as a write slice.',
    { path: sagaBinding },
    [sagaBinding, ...portsOfWriting],
  ),
  row(
    'shared-room-imports-ports',
    'What slices share stands on the same ports as they do.',
    { path: anyOf(rooms.shared), pathNot: ['\\.module\\.ts$', '/(seed|http)/'] },
    portsOfWriting,
  ),
  {
    name: 'shared-room-knows-no-slice',
    comment:
      'What several slices use must not know any of them; it moves into the slice when only one uses it.',
    severity: 'error',
    from: { path: anyOf(rooms.shared), pathNot: [tests, '\\.module\\.ts$', '/(seed|http)/'] },
    to: { path: anyOf([...rooms.write, ...rooms.read]), pathNot: '\\.(row|errors|command|query)\\.ts$' },
  },
  {
    name: 'handlers-and-projectors-are-private',
    comment:
      "The command or query is a slice's public face. Its handler is bound by a module and called by the bus.",
    severity: 'error',
    from: { path: '^(.+)/[^/]+$', pathNot: ['\\.module\\.ts$', tests] },
    to: { path: '\\.(handler|projector)\\.ts$', pathNot: '^$1/[^/]+$' },
  },
];

const outside = [
  row(
    'tools-look-from-outside',
    'The invariants checker, the replay and the benchmark trust no code of the services that they look at: kernel and ' +
      'contracts only.',
    { path: '^(tools|bench)/', pathNot: ['^tools/stand-in/'] },
    ['^(tools|bench)/', '^libs/(kernel|contracts)/', notOurs],
  ),

  row(
    'stand-in-plays-the-saga-itself',
    'What plays order-service for others runs its saga and the engine, and no more of it: nothing that needs a database.',
    { path: '^tools/stand-in/' },
    [
      '^tools/(stand-in|conformance)/',
      '^libs/(kernel|contracts)/',
      '^libs/saga/(definition|engine|instance|timeline|turn)\\.ts$',
      '^apps/order-service/src/place-order-saga/',
      notOurs,
    ],
  ),
  {
    name: 'services-know-no-tools',
    comment: 'What looks at the services from outside is not part of them.',
    severity: 'error',
    from: { path: '^(apps|libs|migrations)/' },
    to: { path: '^(tools|bench)/' },
  },
];

const everywhere = [
  {
    name: 'amqplib-only-in-messaging',
    comment:
      'How a delivery is settled is decided in one place. Tests and benchmarks may look at the broker themselves.',
    severity: 'error',
    from: { path: '^(apps|libs|migrations)/', pathNot: ['^libs/messaging/', tests] },
    to: { path: packages('amqplib') },
  },
  {
    name: 'mysql-driver-only-in-persistence',
    comment:
      'Transactions, clocks and unknown commits are handled in one place; nobody opens a connection past it.',
    severity: 'error',
    from: { path: '^(apps|libs|migrations)/', pathNot: ['^libs/persistence/', tests] },
    to: { path: packages('mysql2') },
  },
  {
    name: 'pools-only-in-persistence',
    comment:
      'Queries have a time and wait in turn because of the pool that they are asked by. Nobody else opens one; ' +
      'that nobody makes a DataSource of TypeORM by hand is a lint rule.',
    severity: 'error',
    from: { path: '^(apps|libs|migrations)/', pathNot: ['^libs/persistence/', tests] },
    to: { path: '^libs/persistence/(data-source|open-database|session|group-session|limited-queries)\\.ts$' },
  },
  row(
    'migrations-import-table-helpers',
    'A migration describes the schema as it was then: it must not change when the code of today does.',
    { path: '^migrations/' },
    ['^migrations/', '^libs/[^/]+/[^/]+\\.migration\\.ts$', packages('typeorm')],
  ),
  {
    name: 'testing-kits-stay-in-tests',
    comment: 'Fakes and scenario builders under testing/ have no business in a running service.',
    severity: 'error',
    from: { path: '^(apps|libs|migrations)/', pathNot: tests },
    to: { path: '/testing/|\\.spec\\.ts$|^test/' },
  },
  {
    name: 'only-declared-packages',
    comment:
      'What runs in production stands under dependencies in package.json; a dev dependency is not in the image.',
    severity: 'error',
    from: { path: '^(apps|libs|migrations)/', pathNot: tests },
    to: {
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'npm-optional'],
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'every-import-resolves',
    comment: 'An import that is not followed is one that no rule sees.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-cycles',
    comment: 'Two files that import each other are one file, or one of them is in the wrong place.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'A file that nobody imports and that imports nothing is left over.',
    severity: 'error',
    from: { orphan: true, pathNot: ['\\.d\\.ts$', '\\.(c|m)?js$', tests] },
    to: {},
  },
];

export default {
  forbidden: [...libraries, ...services, ...outside, ...everywhere],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|\\.data)/' },
    // Types count: a domain that needs TypeORM's types needs TypeORM.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      // "types" is where package.json's imports (#libs/...) lead to the sources instead of dist.
      conditionNames: ['types', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
