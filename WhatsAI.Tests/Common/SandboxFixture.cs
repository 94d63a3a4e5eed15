namespace WhatsAI.Processes;

/// <summary>Usable as a class fixture.</summary>
public sealed partial class SandboxProcess : IAsyncLifetime;
