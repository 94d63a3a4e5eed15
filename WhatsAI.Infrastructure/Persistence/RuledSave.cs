using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>Saves what people changed, and says in their words what the database refuses.</summary>
internal static class RuledSave
{
    /// <param name="db">With the changes.</param>
    /// <param name="changed">Somebody else saved the same row first.</param>
    /// <param name="taken">Another has the name, or the place; null: there is nothing to take.</param>
    /// <param name="gone">What it names is not there, or it is named itself; null: it names nothing.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">One of these.</exception>
    public static async Task SaveAsync(
        this ConsoleDb db,
        Func<RuleException> changed,
        Func<RuleException>? taken = null,
        Func<RuleException>? gone = null,
        CancellationToken ct = default
    )
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw changed();
        }
        catch (DbUpdateException e)
            when (taken is not null && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw taken();
        }
        catch (DbUpdateException e)
            when (gone is not null && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation })
        {
            throw gone();
        }
    }
}
