import { runAction } from './runner.ts'
import { startSimulator } from './server.ts'

const CALLS = [
  { title: 'A LUN that is provisioned', body: { name: 'lun1', simulate: { seconds: 3 } } },
  { title: 'A LUN of which some parts fail', body: { name: 'lun2-partial', simulate: { seconds: 3 } } }
]

/** The log as the runner shows it: without the debug lines, and indented under its title here. */
const asShown = (text: string): string => text.replace(/^::debug::.*\n/gm, '').replace(/^(?=.)/gm, '  ')

const simulator = await startSimulator({ plays: 'unified-manager' })
try {
  for (const { title, body } of CALLS) {
    console.log(`\n== ${title}\n\nPOST ${simulator.url}/api/storage-provider/luns`)
    const accepted = await fetch(`${simulator.url}/api/storage-provider/luns`, {
      method: 'POST',
      body: JSON.stringify(body)
    })
    const response = await accepted.text()
    console.log(`${accepted.status} ${response}\n\nThe step's log:`)
    const step = await runAction(
      { url: simulator.url, response },
      { onLog: text => process.stdout.write(asShown(text)) }
    )
    console.log('\nThe outputs:')
    for (const [name, value] of Object.entries(step.outputs)) console.log(`  ${name}: ${value}`)
    console.log(`\nThe step ${step.exitCode === 0 ? 'passes' : 'fails'}: exit code ${step.exitCode}`)
  }
} finally {
  await simulator.close()
}
