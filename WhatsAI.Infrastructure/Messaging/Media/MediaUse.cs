namespace WhatsAI.Infrastructure.Messaging.Media;

/// <summary>Who names a stored file, so that it stays: the one list for all that takes files away.</summary>
internal static class MediaUse
{
    /// <summary>A condition over <c>media_files f</c>, $1 the company: nothing sends it, was sent with it, or is going to be.</summary>
    public const string Nobody = """
        NOT EXISTS (SELECT FROM messages m WHERE m.tenant_id = $1 AND m.media_id = f.id)
        AND NOT EXISTS (SELECT FROM scheduled_messages s WHERE s.tenant_id = $1 AND s.media_id = f.id)
        AND NOT EXISTS (SELECT FROM message_templates t WHERE t.tenant_id = $1 AND t.media_id = f.id)
        AND NOT EXISTS (SELECT FROM campaigns c WHERE c.tenant_id = $1 AND c.media_id = f.id)
        AND NOT EXISTS (SELECT FROM pool_messages q WHERE q.tenant_id = $1 AND q.media_id = f.id)
        """;
}
