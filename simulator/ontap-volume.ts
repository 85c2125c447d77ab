import type { Fields } from './list.ts'
import type { Collection } from './ontap-records.ts'

/** The fields of a volume, by the specification of 9.16. */
const FIELDS = new Set(
  `access_time_enabled activity_tracking aggregates anti_ransomware application asynchronous_directory_delete autosize clone
  cloud_retrieval_policy cloud_write_enabled comment consistency_group constituent_count constituents convert_unicode
  create_time efficiency encryption error_state files flash_pool flexcache_endpoint_type flexgroup granular_data
  granular_data_mode guarantee is_large_dir_enabled is_object_store is_svm_root language max_dir_size metric movement msid
  name nas nodes qos queue_for_encryption quota rebalancing scheduled_snapshot_naming_scheme size snaplock snapmirror
  snapshot_count snapshot_directory_access_enabled snapshot_locking_enabled snapshot_policy space state statistics status
  style svm tiering type use_mirrored_aggregates uuid validate_only`.split(/\s+/)
)

export const VOLUMES: Collection = {
  path: '/api/storage/volumes',
  isField: name => FIELDS.has(name.split('.')[0] ?? ''),
  keys: ['uuid', 'name']
}

/** The link to a volume. */
export function hrefOf(uuid: string): string {
  return `${VOLUMES.path}/${encodeURIComponent(uuid)}`
}

/** A volume as ONTAP shows it. */
export function renderVolume(volume: Fields, linked: boolean): Fields {
  return linked ? { ...volume, _links: { self: { href: hrefOf(String(volume.uuid)) } } } : volume
}
