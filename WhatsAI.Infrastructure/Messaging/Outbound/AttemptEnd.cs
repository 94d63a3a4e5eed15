using WhatsAI.Core.Instances.Pools;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>What was written of an attempt that ended.</summary>
/// <param name="Held">The claim is still held: the number may go on.</param>
/// <param name="Next">Null: the gateway took it.</param>
/// <param name="Back">The pool it went back to, whose other numbers are to be told after the commit.</param>
internal sealed record AttemptEnd(bool Held, AfterFailure? Next, PoolId? Back = null);
