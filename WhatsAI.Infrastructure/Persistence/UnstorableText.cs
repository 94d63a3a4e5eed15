using System.Text;
using Npgsql;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>Tells a text that no database can keep (a zero character, half of a pair), which nobody types by hand, from a bug.</summary>
public static class UnstorableText
{
    public static bool Is(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter }
        || e is EncoderFallbackException
        || (e.InnerException is { } inner && Is(inner));
}
