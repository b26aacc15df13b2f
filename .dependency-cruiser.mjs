/**
 * Who may import whom. Default: deny. Each place has one row here that lists what it may import; a place without a row
 * may not exist. Each rule has a fixture in test/architecture that breaks it, and a test that it fires.
 */

/**
 * The rooms of services and of the larger libraries, a line per floor, from what is leaned on to what leans. A room may
 * import from the floors below it, and knows no other room of its own; a room that is not here may import nothing.
 */
export const floors = {
  'libs/persistence': [['database'], ['unit-of-work', 'housekeeping']],
  'libs/messaging': [['envelope'], ['broker'], ['inbox', 'parking'], ['outbox', 'consumer']],
  'libs/saga': [['definition'], ['engine'], ['runner']],
  'apps/order-service/src': [
    ['domain'],
    ['http', 'metrics'],
    ['persistence'],
    ['sagas'],
    ['queries'],
    ['commands'],
    ['catalogue', 'operations/audit'],
    ['operations/second-person'],
    ['operations/sagas', 'operations/parked-messages', 'operations/reconciliation'],
    ['operations/proposals'],
    ['operations', 'housekeeping'],
  ],
  'apps/inventory-service/src': [
    ['domain'],
    ['http', 'persistence'],
    ['announcements'],
    ['reservations', 'products'],
    [
      'reserve-stock',
      'release-stock',
      'commit-stock',
      'return-stock',
      'list-reservations',
      'announce-again',
      'seed',
    ],
  ],
  'apps/payment-service/src': [
    ['domain'],
    ['http', 'persistence', 'provider', 'payments'],
    ['participant'],
    ['take-payment', 'refund-payment', 'settle-payment', 'list-payments'],
  ],
};

const tests = '\\.(spec|int-spec|e2e-spec)\\.ts$|/testing/|^test/';
const packages = (...names) => `node_modules/(${names.join('|')})(/|$)|^(${names.join('|')})$`;

const inputAndOutput = [
  packages('amqplib', 'mysql2', 'typeorm', 'fastify', 'winston', 'prom-client', 'rxjs', '@nestjs/[^/]+'),
  '^(node:)?(fs|fs/promises|net|tls|http|http2|https|dns|dgram|child_process|worker_threads|cluster)$',
].join('|');

/** What is not ours: packages and Node's own modules. Rules below say where the telling ones may be used. */
const notOurs = 'node_modules/|^(node:)?[a-z0-9_/]+$';

/** Libraries of small files, each of which is a face; the others have one per room. */
const withoutFaces = '^libs/(kernel|contracts)/';

const pureSaga = '^libs/saga/(definition|engine)/';
const runningSaga = '^libs/saga/(runner/|[^/]+$)';

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
    { path: '^libs/observability/', pathNot: ['^libs/observability/(health|metrics-server)/'] },
    ['^libs/(observability|kernel)/', notOurs],
  ),
  row(
    'metrics-server-imports-http',
    'Metrics are asked for over HTTP, which is spoken in one way on every port. Nobody imports it but services.',
    { path: '^libs/observability/metrics-server/' },
    ['^libs/(observability|http|kernel)/', notOurs],
  ),
  row(
    'health-imports-auth-and-observability',
    'Health is asked over HTTP, in detail by staff only. Nothing else in libs/observability is; nobody imports it but services.',
    { path: '^libs/observability/health/' },
    ['^libs/(observability|kernel|auth)/', notOurs],
  ),
  row(
    'servers-import-nothing-of-ours',
    'URLs of servers are read the same by settings and by what connects, so this stands below both, and connects to nothing.',
    { path: '^libs/servers/' },
    ['^libs/servers/', '^(node:)?fs$'],
  ),
  row(
    'persistence-imports-kernel-and-observability',
    'The unit of work knows rows and transactions; what is a message or a saga is not its business.',
    { path: '^libs/persistence/' },
    ['^libs/(persistence|servers|kernel|observability)/', notOurs],
  ),
  row(
    'messaging-imports-persistence-and-contracts',
    'Outbox and inbox are rows, so messaging stands on persistence, never the other way round.',
    { path: '^libs/messaging/' },
    ['^libs/(messaging|persistence|servers|contracts|kernel|observability)/', notOurs],
  ),
  row(
    'saga-definition-and-engine-are-pure',
    'Definition and engine decide without I/O: kernel, and the types of messages. What runs them has a name that says so.',
    { path: pureSaga },
    [pureSaga, '^libs/kernel/', '^libs/contracts/message-type\\.ts$'],
  ),
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
    ['^libs/(http|auth|kernel|observability)/', '^libs/persistence/database/errors\\.ts$', notOurs],
  ),
  row(
    'service-imports-what-every-process-has',
    'What the processes of all services have in common: settings, start and end. It knows no database and no message.',
    { path: '^libs/service/' },
    [
      '^libs/(service|servers|auth|http|kernel|observability)/',
      '^libs/messaging/consumer/start-consuming\\.ts$',
      notOurs,
    ],
  ),
  {
    name: 'library-has-a-row',
    comment:
      'A library without a row could import anything. Add its row, a fixture, and say in an ADR why it exists.',
    severity: 'error',
    from: {
      path: '^libs/',
      pathNot: [
        '^libs/(kernel|contracts|observability|servers|persistence|messaging|saga|auth|http|service)/',
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

/** Where a floor's rooms are. Deeper folders belong to the room, unless they are rooms of their own. */
const roomPath = (house, room) =>
  `^${house}/${room}/${floors[house].flat().some((other) => other.startsWith(`${room}/`)) ? '[^/]+$' : ''}`;

const roomRules = Object.entries(floors).flatMap(([house, levels]) =>
  levels.flatMap((rooms, level) =>
    rooms.map((room) => ({
      name: `${house}/${room}`,
      comment: `It leans on what is below it (see the table of floors), and on no other room.`,
      severity: 'error',
      from: { path: roomPath(house, room), pathNot: tests },
      to: {
        path: `^${house}/`,
        pathNot: [room, ...levels.slice(0, level).flat()]
          .map((below) => roomPath(house, below))
          .concat(`^${house}/config\\.ts$`),
      },
    })),
  ),
);

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
    'Rows and mappers turn what the domain decides into rows and back. They describe tables, and never open one.',
    { path: '^apps/([^/]+)/src/persistence/.*(\\.(row|mapper)|-document)\\.ts$' },
    [
      '^apps/$1/src/(persistence|domain)/',
      '^libs/(kernel|contracts)/',
      '^libs/persistence/database/index\\.ts$',
      packages('typeorm'),
    ],
  ),
  ...roomRules,
  {
    name: 'room-has-a-floor',
    comment: 'A room that is not in the table of floors could lean on anything. Say there what it stands on.',
    severity: 'error',
    from: {
      path: `^(apps/[^/]+/src|libs/(messaging|persistence|saga))/[^/]+/`,
      pathNot: [
        ...Object.entries(floors).flatMap(([house, levels]) =>
          levels.flat().map((room) => roomPath(house, room)),
        ),
        tests,
      ],
    },
    to: {},
  },
  {
    name: 'operations-are-for-the-module',
    comment: 'What operators see and do runs in a process of its own, too: the shop stands without it.',
    severity: 'error',
    from: { path: '^apps/', pathNot: ['^apps/[^/]+/src/(operations/|[^/]+\\.module\\.ts$)', tests] },
    to: { path: '^apps/[^/]+/src/operations/' },
  },
  {
    name: 'operations-are-one-module',
    comment: "The service's module takes all of it or nothing; what it consists of is said there.",
    severity: 'error',
    from: { path: '^apps/[^/]+/src/[^/]+\\.module\\.ts$' },
    to: { path: '^apps/[^/]+/src/operations/', pathNot: '/operations\\.module\\.ts$' },
  },
  {
    name: 'services-import-faces',
    comment:
      "A library's index.ts is what it promises. What is behind it may change without anybody being asked.",
    severity: 'error',
    from: { path: '^apps/', pathNot: tests },
    to: { path: '^libs/', pathNot: [withoutFaces, '/index\\.ts$', tests] },
  },
  {
    name: 'modules-bind-libraries',
    comment:
      'A room reaches the libraries by the faces of their rooms. What stands behind those is bound by modules.',
    severity: 'error',
    from: { path: '^apps/[^/]+/src/[^/]+/', pathNot: ['\\.module\\.ts$', '/src/seed/', tests] },
    to: { path: '^libs/(persistence|messaging|service|observability/(health|metrics-server))/index\\.ts$' },
  },
  {
    name: 'commands-know-each-other-by-name',
    comment:
      "A command's own folder is private but for the command itself. What several of them use stands beside them.",
    severity: 'error',
    from: { path: '^apps/[^/]+/src/commands/([^/]+)/', pathNot: tests },
    to: {
      path: '^apps/[^/]+/src/commands/[^/]+/',
      pathNot: ['/commands/$1/', '/commands/idempotency/', '\\.command\\.ts$'],
    },
  },
  {
    name: 'commands-know-no-http',
    comment:
      'The same command comes by other doors than HTTP: GraphQL, a message, a cart. A door, that is a controller with its ' +
      'dto, maps its own input on the type of the command.',
    severity: 'error',
    from: {
      path: '^apps/[^/]+/src/commands/',
      pathNot: ['\\.(controller|dto|module)\\.ts$', tests],
    },
    to: {
      path: [
        '^libs/(http|auth)/',
        '^apps/[^/]+/src/http/',
        '\\.(controller|dto)\\.ts$',
        packages('fastify', '@nestjs/platform-fastify', '@nestjs/swagger'),
      ],
    },
  },
  {
    name: 'queries-leave-the-write-side-alone',
    comment:
      'Queries read read models. The exceptions are named: a caller who brings a consistency token that the read model ' +
      'has not reached yet gets a single order from the write side (order-freshness.ts), views are compared with orders in ' +
      'the background (written-orders.ts), and the timeline is nowhere else.',
    severity: 'error',
    from: {
      path: '^apps/[^/]+/src/queries/',
      pathNot: [tests, '/(order-freshness|written-orders)\\.ts$'],
    },
    to: { path: '^apps/[^/]+/src/(persistence/(?!catalogue-product)|domain/order\\.ts$)' },
  },
  row(
    'saga-imports-contracts-domain-and-libs-saga',
    'A saga is a text on steps and replies: itself, its participants, contracts, libs/saga, domain, kernel. What binds ' +
      'it to rows and messages has other names.',
    { path: '^apps/[^/]+/src/sagas/.*\\.(saga|participant)\\.ts$' },
    [
      '^apps/[^/]+/src/sagas/.*\\.(saga|participant)\\.ts$',
      '^libs/(saga|contracts|kernel)/',
      '^apps/[^/]+/src/domain/',
    ],
  ),
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
      '^libs/saga/(definition|engine)/index\\.ts$',
      '^apps/order-service/src/sagas/[^/]+\\.saga\\.ts$',
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
    to: {
      path: '^libs/persistence/(database/(data-source|open-database|session|limited-queries)|unit-of-work/group-session)\\.ts$',
    },
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
