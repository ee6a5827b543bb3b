import { loadConfiguration } from '../../../lib/config';
import { synthesizeInto } from '../../../local/synthesis';

const [directory = ''] = process.argv.slice(2);
void synthesizeInto(directory, loadConfiguration('local'));
