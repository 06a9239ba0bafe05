/** A finding in the columns that Microsoft Sentinel's two ways in share: the Logs Ingestion API and a Logic App's trigger. */
import { detectionInstant, type Finding } from '../../finding/finding.ts';
import { LEVEL_WORDS, tamed } from '../../finding/finding-words.ts';
import type { Lifecycle } from '../../finding/lifecycle.ts';
import type { SeverityLevel } from '../../finding/severity.ts';
import type { DeliveryId } from '../../runtime/ids.ts';

/** Sentinel knows no critical; the level as it was stands beside it. */
const ALERT_SEVERITY: Readonly<Record<SeverityLevel, string>> = {
  critical: 'High',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Informational',
};

/** Flat, because a stream declares columns. `Title`, `Type` and `id` are reserved names in a table. */
export function sentinelRecord(finding: Finding, deliveryId: DeliveryId, lifecycle?: Lifecycle) {
  const shown = tamed(finding);
  const { id, title, severity, affected, platform, remediation } = shown;
  const { category, url, description, alsoAffected, platforms, attributes } = shown;
  return {
    TimeGenerated: detectionInstant(finding),
    FindingId: id,
    FindingTitle: title,
    AlertSeverity: ALERT_SEVERITY[severity.level],
    OriginalSeverity: LEVEL_WORDS[severity.level],
    SeverityScore: severity.score,
    AffectedType: affected.type,
    AffectedId: affected.id,
    AffectedName: affected.name,
    Platform: platform,
    RemediationSummary: remediation.summary,
    RemediationUrl: remediation.url ?? '',
    DeliveryId: deliveryId,
    FindingCategory: category,
    FindingUrl: url,
    FindingDescription: description,
    OtherPlatforms: platforms,
    AlsoAffected: alsoAffected,
    Attributes: attributes,
    FindingEvent: lifecycle?.event,
    FindingRevision: lifecycle?.revision,
  };
}
