using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>A conversation's targets in its row: the clocks as they are, and the two moments that are looked for.</summary>
internal static class SlaHeadMapping
{
    private const string Lapse = "LapsesAt";
    private const string Alert = "AlertsAt";

    public static void Map(EntityTypeBuilder<ConversationHead> head)
    {
        head.Ignore(h => h.LapseAt);
        head.Ignore(h => h.AlertAt);
        head.Property(h => h.Sla).HasColumnType("jsonb").HasConversion(s => SlaClock.Write(s!), json => SlaClock.Read(json));
        head.Property<DateTimeOffset?>(Lapse).HasColumnName("lapse_at");
        head.Property<DateTimeOffset?>(Alert).HasColumnName("alert_at");
        // "Lapses first": the same lists as by the last message. Where no target runs there is no entry.
        Of("ix_conversation_heads_lapse", "lapse_at IS NOT NULL", "TenantId");
        Of("ix_conversation_heads_lapse_of_instance", "lapse_at IS NOT NULL", "InstanceId");
        Of("ix_conversation_heads_lapse_unassigned", "lapse_at IS NOT NULL AND assignee_id IS NULL", "TenantId");
        Of("ix_conversation_heads_lapse_of_assignee", "lapse_at IS NOT NULL AND assignee_id IS NOT NULL", "TenantId", "AssigneeId");
        Of("ix_conversation_heads_lapse_of_team", "lapse_at IS NOT NULL AND team_id IS NOT NULL", "TenantId", "TeamId");
        // Of a number, whose lapse somebody must be told of next.
        head.HasIndex(["InstanceId", Alert], "ix_conversation_heads_alert").HasFilter("alert_at IS NOT NULL");

        void Of(string name, string filter, params string[] scope) =>
            head.HasIndex([.. scope, "Kind", "Status", Lapse, "ConversationId"], name).HasFilter(filter);
    }
}
