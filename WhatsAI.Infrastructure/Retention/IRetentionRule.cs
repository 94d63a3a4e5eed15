namespace WhatsAI.Infrastructure.Retention;

/// <summary>One kind of thing that is not kept for ever.</summary>
internal interface IRetentionRule
{
    /// <summary>As it is called in logs and metrics.</summary>
    string What { get; }

    /// <summary>Removes what is old enough, step by step. May be ended between any two steps and begins anew at the next round.</summary>
    Task RunAsync(RetentionRun run);
}
